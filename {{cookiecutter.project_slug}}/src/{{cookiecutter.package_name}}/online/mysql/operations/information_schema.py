"""Looks into the information schema: what an earlier run has done already, and what stands there.

MySQL commits each change of a schema by itself, and has no IF NOT EXISTS for columns and indexes
(MariaDB has), so every step looks first.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from .written_columns import put_right, written_columns

_HERE = "table_schema = COALESCE(:schema, DATABASE()) AND table_name = :table"
_COLUMN = sa.text(f"SELECT 1 FROM information_schema.columns WHERE {_HERE} AND column_name = :name")
_COLUMNS = sa.text(f"SELECT column_name FROM information_schema.columns WHERE {_HERE}")
_INDEX = sa.text(
    "SELECT column_name FROM information_schema.statistics "
    f"WHERE {_HERE} AND index_name = :name ORDER BY seq_in_index"
)
_CONSTRAINT = sa.text(
    f"SELECT 1 FROM information_schema.table_constraints WHERE {_HERE} AND constraint_name = :name"
)
_UNENFORCED = sa.text(
    f"SELECT constraint_name FROM information_schema.table_constraints WHERE {_HERE} "
    "AND enforced = 'NO' ORDER BY constraint_name"
)


class InformationSchema:
    """The information schema, seen from one connection; *schema* None is the connection's own database."""

    def __init__(self, connection: Connection) -> None:
        """Take the connection to look through."""
        self._connection = connection

    def columns(self, table: str, schema: str | None) -> set[str]:
        """Return the names of the table's columns; none where there is no such table."""
        return set(self._connection.scalars(_COLUMNS, {"schema": schema, "table": table}))

    def has_column(self, table: str, schema: str | None, name: str) -> bool:
        """Tell whether the table has the column."""
        return self._has(_COLUMN, table, schema, name)

    def has_constraint(self, table: str, schema: str | None, name: str) -> bool:
        """Tell whether the table has a constraint of this name, of whatever kind."""
        return self._has(_CONSTRAINT, table, schema, name)

    def unenforced(self, table: str, schema: str | None) -> list[str]:
        """Return the names of the table's rules that nobody is held to; MariaDB has none."""
        if getattr(self._connection.dialect, "is_mariadb", False):
            return []
        return list(self._connection.scalars(_UNENFORCED, {"schema": schema, "table": table}))

    def index(self, table: str, schema: str | None, name: str) -> list[str | None]:
        """Return the columns of the index, None for an expression; none where it is not there."""
        found = self._connection.scalars(_INDEX, {"schema": schema, "table": table, "name": name})
        return list(found)

    def column(self, table: str, schema: str | None, name: str) -> dict[str, Any] | None:
        """Return the column as SQLAlchemy reflects it, put right."""
        if not self.has_column(table, schema, name):
            return None
        found = sa.inspect(self._connection).get_columns(table, schema)
        column: dict[str, Any] = dict(next(c for c in found if c["name"] == name))
        put_right(column, written_columns(self._connection, table, schema)[name])
        return column

    def _has(self, query: sa.TextClause, table: str, schema: str | None, name: str) -> bool:
        asked = {"schema": schema, "table": table, "name": name}
        return self._connection.execute(query, asked).first() is not None
