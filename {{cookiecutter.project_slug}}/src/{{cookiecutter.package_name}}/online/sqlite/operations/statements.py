"""How a step of an operation runs outside the revision's transaction, each a transaction alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from ...operations.statements import refuse_callers_transaction
from .foreign_keys import refuse_orphans


@contextmanager
def outside_transaction(operations: Operations) -> Iterator[MigrationContext]:
    """Commit what stands before, and let each statement inside be a transaction of its own.

    Raises DatabaseError where the caller's connection is inside a transaction of the caller's,
    and where what stands before breaks a foreign key.
    """
    context = operations.migration_context
    refuse_callers_transaction(context)
    if not context.as_sql:
        refuse_orphans(operations.get_bind())
    with context.autocommit_block():
        yield context


def run_long(context: MigrationContext, statement: str) -> None:
    """Write out (offline) one statement that may take its time."""
    context.impl.static_output(f"{statement};")


def write_settings(context: MigrationContext) -> None:
    """Write out (offline) what a live session is given when it connects."""
    context.impl.static_output("PRAGMA foreign_keys = OFF;")
