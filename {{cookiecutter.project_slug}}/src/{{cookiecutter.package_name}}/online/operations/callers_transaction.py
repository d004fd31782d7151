"""A revision that commits in the middle cannot run inside a transaction of its caller's."""

from alembic.runtime.migration import MigrationContext

from ..internals import is_in_callers_transaction
from ..session.errors import DatabaseError


def refuse_callers_transaction(context: MigrationContext) -> None:
    """Raise DatabaseError where the connection was handed over inside a transaction."""
    if not context.as_sql and is_in_callers_transaction(context):
        raise DatabaseError(
            "This revision commits in the middle: hand over a connection that is outside a "
            "transaction"
        )
