"""Tables as SQLAlchemy reflects them, each column put right before it is one (``column_reflect``)."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from ...operations.colons import with_colons_escaped
from .written_columns import put_right, written_columns

_CACHE = "columns as they are written"


def reflect_column(inspector: Any, table: sa.Table, column: Any) -> None:
    """Correct the reflected *column*; the table is asked for once an inspector."""
    known: dict[Any, Any] = inspector.info_cache.setdefault(_CACHE, {})
    key = (table.schema, table.name)
    if key not in known:
        known[key] = written_columns(inspector.bind, table.name, table.schema)
    put_right(column, known[key][column["name"]])
    if isinstance(column.get("default"), str):
        column["default"] = sa.text(with_colons_escaped(column["default"]))


def reflected_table(connection: Connection, name: str) -> sa.Table:
    """Return the table *name*, and with it those that its foreign keys name."""
    listeners = [("column_reflect", reflect_column)]
    table = sa.Table(name, sa.MetaData(), autoload_with=connection, listeners=listeners)
    for rule in table.constraints:
        if isinstance(rule, sa.CheckConstraint):
            # Reflection takes its colons for parameters.
            rule.sqltext = sa.text(with_colons_escaped(str(getattr(rule.sqltext, "text", ""))))
    return table
