"""The schema of the version table: made before the first revision, for Alembic makes the table alone."""

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from ...session.version_table import version_table

_IS_THERE = sa.text("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = :name)")


def ensure(context: MigrationContext) -> None:
    """Create the schema where the command may, and where it lacks."""
    schema = version_table().schema
    if schema is None or context.opts.get("dont_mutate"):
        return
    quoted = context.dialect.identifier_preparer.quote(schema)
    statement = f"CREATE SCHEMA IF NOT EXISTS {quoted}"
    if context.as_sql:
        # From a later revision on it is there.
        if not context.opts.get("starting_rev"):
            context.impl.static_output(f"{statement};")
        return
    connection = context.connection
    assert connection is not None
    began = connection.in_transaction()
    # Whoever may create none may still use one that is there.
    if not connection.scalar(_IS_THERE, {"name": schema}):
        connection.exec_driver_sql(statement)
    if not began:
        # Alembic would take an open transaction for the caller's.
        connection.commit()
