"""What rests on a table and must outlive its rebuild: indexes, triggers, views, statistics."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ...session.errors import DatabaseError

_OWN = (
    "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name = ? COLLATE NOCASE "
    "AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid"
)
_WITH_TRIGGERS = "SELECT DISTINCT tbl_name FROM sqlite_schema WHERE type = 'trigger'"
_VIEWS = "SELECT name FROM sqlite_schema WHERE type = 'view'"
# One of each kind compiles all triggers of a table, and runs nothing.
_STATEMENTS = ("EXPLAIN DELETE FROM {0}", "EXPLAIN INSERT INTO {0} DEFAULT VALUES")


class Survivors:
    """The indexes and triggers of a table, and the rows that SQLite itself keeps about it."""

    def __init__(self, connection: Connection, table: str) -> None:
        """Read what there is of *table*."""
        self._connection = connection
        self._table = table
        self._own = [tuple(row) for row in connection.exec_driver_sql(_OWN, (table,))]
        self._kept = {name: self._rows(name) for name in _kept_tables(connection)}

    def restore(self) -> None:
        """Make it all again on the new table; raises DatabaseError where that cannot be."""
        for kind, name, sql in self._own:
            try:
                self._connection.exec_driver_sql(sql)
            except DBAPIError as error:
                raise DatabaseError(
                    f"{self._table} cannot be changed so: its {kind} {name} would no longer work "
                    f"({error.orig}). Drop it first, in the same revision"
                ) from None
        for name, rows in self._kept.items():
            column = "name" if name == "sqlite_sequence" else "tbl"
            self._connection.exec_driver_sql(
                f"DELETE FROM {name} WHERE {column} = ?", (self._table,)
            )
            for row in rows:
                marks = ", ".join("?" * len(row))
                self._connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", row)

    def _rows(self, name: str) -> list[tuple[Any, ...]]:
        column = "name" if name == "sqlite_sequence" else "tbl"
        query = f"SELECT * FROM {name} WHERE {column} = ?"
        return [tuple(row) for row in self._connection.exec_driver_sql(query, (self._table,))]


def broken(connection: Connection) -> dict[str, str]:
    """Return the views, and the tables with triggers, that SQLite cannot compile, and why."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    statements = [
        (name, f"EXPLAIN SELECT * FROM {quote(name)}")
        for name in connection.exec_driver_sql(_VIEWS).scalars()
    ]
    for name in connection.exec_driver_sql(_WITH_TRIGGERS).scalars():
        statements += [(name, statement.format(quote(name))) for statement in _STATEMENTS]
        columns = connection.exec_driver_sql(f"PRAGMA table_info({quote(name)})").all()
        sets = ", ".join(f"{quote(column[1])} = {quote(column[1])}" for column in columns)
        statements.append((name, f"EXPLAIN UPDATE {quote(name)} SET {sets}"))
    found: dict[str, str] = {}
    for name, statement in statements:
        try:
            connection.exec_driver_sql(statement).close()
        except DBAPIError as error:
            found[name] = str(error.orig)
    return found


def _kept_tables(connection: Connection) -> list[str]:
    query = (
        "SELECT name FROM sqlite_schema WHERE name IN "
        "('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4')"
    )
    return list(connection.exec_driver_sql(query).scalars())
