"""What a plan asks SQLite about: the rows of a table, and whether the file may be written."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ...interface import Need, Size
from ...internals import await_only
from ..session.driver import result_code
from ..session.transactions import set_pragma

# Alembic's operations do not look whether their work has been done.
LOOKS_FIRST = False
# A new NOT NULL column needs a default where there are rows.
FILLS_NEW_COLUMNS = False
_INTERRUPTED = 9
# Of the virtual table dbstat, which a build may lack.
_SIZE = sa.text(
    "SELECT sum(pgsize) AS bytes, sum(CASE WHEN name = :name THEN pgsize END) AS heap FROM dbstat "
    "WHERE aggregate = 1 AND name IN (SELECT name FROM sqlite_schema WHERE tbl_name = :name)"
)
# Steps of SQLite's machine between two looks at the clock: some milliseconds' work.
_STEPS = 100_000


def session(seconds: float) -> dict[str, str]:
    """Return no settings: one that forbids to write would forbid some of the others."""
    return {}


def only_read(connection: Connection, seconds: float) -> None:
    """Let each statement on *connection* read alone and end in *seconds*."""
    set_pragma(connection.connection.dbapi_connection, "query_only", "ON")
    deadline = [time.monotonic() + seconds]
    driver: Any = connection.connection.driver_connection

    @sa.event.listens_for(connection, "before_cursor_execute")
    def _begin(*_: Any) -> None:
        deadline[0] = time.monotonic() + seconds

    # A true answer interrupts the statement.
    await_only(driver.set_progress_handler(lambda: time.monotonic() > deadline[0], _STEPS))


def ran_out(error: DBAPIError) -> bool:
    """Tell whether *error* means that the time was up."""
    return result_code(error) == _INTERRUPTED


def size(connection: Connection, schema: str | None, table: str) -> Size:
    """Return how many rows the table has, and its bytes where SQLite was built to tell them."""
    name = connection.dialect.identifier_preparer.quote_identifier(table)
    try:
        rows = connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar()
    except DBAPIError as error:
        if not ran_out(error):
            raise
        return Size(None, None)
    try:
        found = connection.execute(_SIZE, {"name": table}).one()
    except DBAPIError:
        return Size(rows, None)
    return Size(rows, found.bytes, found.heap)


def lacks(connection: Connection, need: Need, schema: str | None, table: str) -> str | None:
    """Return the sentence on a file that this user may not write."""
    path = Path(str(connection.engine.url.database))
    if all(os.access(place, os.W_OK) for place in (path, path.parent) if place.exists()):
        return None
    return f"This user may not write {path}, or its folder"


def hides_rows(connection: Connection, schema: str | None, table: str) -> None:
    """Return None: each user that may read a table sees all of its rows."""


def in_the_way(connection: Connection, operation: MigrateOperation) -> Iterable[str]:
    """Return nothing: what a rebuild breaks is told by the rebuild, before it is kept."""
    return ()
