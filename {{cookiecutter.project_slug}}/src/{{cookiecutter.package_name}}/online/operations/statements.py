"""How a step of an operation runs, as far as all databases agree: outside the revision's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from ..internals import is_in_callers_transaction
from ..session.errors import DatabaseError
from .colons import with_colons_escaped


@contextmanager
def outside_transaction(operations: Operations) -> Iterator[MigrationContext]:
    """Commit what stands before, and let each statement inside be a transaction of its own.

    Raises DatabaseError where the caller's connection is inside a transaction of the caller's.
    """
    context = operations.migration_context
    refuse_callers_transaction(context)
    with context.autocommit_block():
        yield context


def refuse_callers_transaction(context: MigrationContext) -> None:
    """Raise DatabaseError where the connection was handed over inside a transaction."""
    if not context.as_sql and is_in_callers_transaction(context):
        raise DatabaseError(
            "This revision commits in the middle: hand over a connection that is outside a "
            "transaction"
        )


def scalar(operations: Operations, statement: str, **values: Any) -> Any:
    """Return the first value of the first row; only on a live connection.

    A *statement* without *values* is sent as it is: a colon in a name is no parameter.
    """
    if not values:
        statement = with_colons_escaped(statement)
    return operations.get_bind().scalar(sa.text(statement), values)
