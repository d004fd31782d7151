"""CHECK constraints: whether two rules mean the same is asked of the server.

Both are read as SHOW CREATE TABLE writes them down, the model's from an unused copy of the table.
"""

import re

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from ....write.compare.checks import add_differences, text_of
from ....write.compare.comparator import compares_tables

_PROBE = "alembic_check_probe"
_NAME = "probe"
# A line of SHOW CREATE TABLE. MariaDB's rule on JSON stands inside its column, not here.
_LINE = re.compile(r"^\s*CONSTRAINT `((?:[^`]|``)+)` CHECK \((.*)\),?$", re.M)


@compares_tables
def compare_checks(
    context: AutogenContext, changes: ops.ModifyTableOps, inspected: Table, table: Table
) -> None:
    """Add to *changes* the CHECK constraints that come, go, or mean something else."""
    connection = context.connection
    assert connection is not None
    name = connection.dialect.identifier_preparer.format_table(inspected)
    stored = _rules(connection, name)
    add_differences(
        context,
        changes,
        inspected,
        table,
        stored,
        differs=lambda rule, check: (
            _as_stored(connection, name, text_of(check, connection.dialect)) != stored[rule]
        ),
    )


def _as_stored(connection: Connection, table: str, rule: str) -> str | None:
    """Return the *rule* as the server writes it down, or None where the table cannot bear it yet."""
    # Not LIKE: a temporary table cannot have a FULLTEXT index.
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_PROBE} SELECT * FROM {table} LIMIT 0")
    try:
        connection.exec_driver_sql(f"ALTER TABLE {_PROBE} ADD CONSTRAINT {_NAME} CHECK ({rule})")
        return _rules(connection, _PROBE).get(_NAME)
    except DBAPIError:
        return None
    finally:
        connection.exec_driver_sql(f"DROP TEMPORARY TABLE {_PROBE}")


def _rules(connection: Connection, table: str) -> dict[str, str]:
    text = connection.exec_driver_sql(f"SHOW CREATE TABLE {table}").one()[1]
    return {name.replace("``", "`"): rule for name, rule in _LINE.findall(text)}
