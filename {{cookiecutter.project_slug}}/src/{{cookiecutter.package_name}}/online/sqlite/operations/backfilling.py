"""What a backfill needs of SQLite: an estimate, its turn among the writers, and its SQL offline."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.types import TypeEngine

from ...operations.foresight.footprint import Footprint, Work
from .foreign_keys import enforce_keys

FOOTPRINT = Footprint(
    "the file for writers, for a batch at a time", "every row, in batches", Work.FILL
)
# Seconds between two batches: as long as SQLite's busy handler sleeps at most, so that every
# writer that waits for the file has its turn.
PAUSE = 0.1


def estimate(connection: Connection, table: sa.TableClause) -> int:
    """Return how many rows *table* has."""
    name = connection.dialect.identifier_preparer.format_table(table)
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() or 0)


@contextmanager
def short_locks(connection: Connection) -> Iterator[None]:
    """Enforce foreign keys in each statement on *connection*, in autocommit: it commits alone."""
    with enforce_keys(connection, True):
        yield


def absent(type_: TypeEngine[Any]) -> sa.ColumnElement[Any]:
    """Return the NULL of a column of *type_* that is yet to come."""
    return sa.null()


def fill_offline(table: str, column: str, *, value: str, where: str) -> str:
    """Return one UPDATE: SQL alone has no loop that commits. All arguments are SQL text."""
    return f"UPDATE {table} SET {column} = ({value}) WHERE {where}"


def refuse_rows_offline(table: str, message: str) -> str:
    """Return statements of which one fails with *message* where *table* (SQL text) has rows."""
    quoted = '"' + message.replace('"', '""') + '"'
    return (
        f"CREATE TEMPORARY TABLE unset_value (rows CONSTRAINT {quoted} CHECK (rows = 0));\n"
        f"INSERT INTO unset_value SELECT count(*) FROM {table};\n"
        "DROP TABLE unset_value"
    )
