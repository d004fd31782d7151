"""Indexes that only look different: stock comparison takes a column that runs down for an expression.

Whether two indexes are the same is asked of the server: both are read as SHOW CREATE TABLE writes
them down, the model's from an unused copy of the table.
"""

import re

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from ....write.compare.comparator import compares_tables
from ...operations.definitions import add_index_clause

_PROBE = "alembic_index_probe"
_LINE = re.compile(r"^\s*(?:\w+ )?KEY `((?:[^`]|``)+)` (.*?),?$", re.M)


@compares_tables
def forget_equal(
    context: AutogenContext, changes: ops.ModifyTableOps, inspected: Table, table: Table
) -> None:
    """Take out of *changes* each index that goes and comes back as it was."""
    gone = {o.index_name for o in changes.ops if isinstance(o, ops.DropIndexOp)}
    back = [o for o in changes.ops if isinstance(o, ops.CreateIndexOp) and o.index_name in gone]
    if not back:
        return
    connection = context.connection
    assert connection is not None
    name = connection.dialect.identifier_preparer.format_table(inspected)
    stored = _definitions(connection, name)
    equal = {
        str(o.index_name)
        for o in back
        if _definition(connection, name, o) == stored.get(str(o.index_name), "")
    }
    changes.ops[:] = [
        o
        for o in changes.ops
        if not (isinstance(o, ops.DropIndexOp | ops.CreateIndexOp) and o.index_name in equal)
    ]


def _definition(connection: Connection, table: str, created: ops.CreateIndexOp) -> str | None:
    """Return the index as the server writes it down, or None where the copy cannot have it."""
    add = add_index_clause(connection.dialect, created.to_index())
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_PROBE} SELECT * FROM {table} LIMIT 0")
    try:
        connection.exec_driver_sql(f"ALTER TABLE {_PROBE} {add}")
        return _definitions(connection, _PROBE).get(str(created.index_name))
    except DBAPIError:
        return None
    finally:
        connection.exec_driver_sql(f"DROP TEMPORARY TABLE {_PROBE}")


def _definitions(connection: Connection, table: str) -> dict[str, str]:
    text = connection.exec_driver_sql(f"SHOW CREATE TABLE {table}").one()[1]
    return {name.replace("``", "`"): columns for name, columns in _LINE.findall(text)}
