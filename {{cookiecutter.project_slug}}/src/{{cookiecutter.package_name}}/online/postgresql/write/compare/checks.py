"""CHECK constraints: whether two rules mean the same is asked of PostgreSQL.

Both are deparsed from the table, the model's from an unused copy of it.
"""

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from ....write.compare.checks import add_differences, text_of
from ....write.compare.comparator import compares_tables

_PROBE = "alembic_check_probe"
_DEFINITIONS = sa.text(
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE contype = 'c' AND conrelid = to_regclass(:name)"
)


@compares_tables
def compare_checks(
    context: AutogenContext, changes: ops.ModifyTableOps, inspected: Table, table: Table
) -> None:
    """Add to *changes* the CHECK constraints that come, go, or mean something else."""
    connection = context.connection
    assert connection is not None
    name = connection.dialect.identifier_preparer.format_table(inspected)
    definitions = _definitions(connection, name)
    reflected = context.inspector.get_check_constraints(changes.table_name, changes.schema)
    add_differences(
        context,
        changes,
        inspected,
        table,
        {str(r["name"]): r["sqltext"] for r in reflected if r["name"] in definitions},
        differs=lambda rule, check: (
            _as_stored(connection, name, text_of(check, connection.dialect)) != definitions[rule]
        ),
    )


def _as_stored(connection: Connection, table: str, rule: str) -> str | None:
    """Return the *rule* as PostgreSQL deparses it, or None where the table cannot bear it yet."""
    try:
        with connection.begin_nested() as savepoint:
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_PROBE} (LIKE {table})")
            connection.exec_driver_sql(f"ALTER TABLE {_PROBE} ADD CONSTRAINT probe CHECK ({rule})")
            found = _definitions(connection, f"pg_temp.{_PROBE}")
            savepoint.rollback()
            return found.get("probe")
    except DBAPIError:
        return None


def _definitions(connection: Connection, table: str) -> dict[str, str]:
    rows = connection.execute(_DEFINITIONS, {"name": table})
    return {name: definition.removesuffix(" NOT VALID") for name, definition in rows}
