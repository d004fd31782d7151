"""Foreign keys while migrations run: not enforced, but checked before each commit.

Enforced, they would take the children along when a table is rebuilt. Within a transaction the
PRAGMA does nothing (SQLite docs, "PRAGMA foreign_keys").
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ...session.errors import DatabaseError
from ..session.driver import is_lock_failure
from ..session.transactions import set_pragma

_EXAMPLES = 3


@contextmanager
def enforce_keys(connection: Connection, wanted: bool) -> Iterator[None]:
    """Enforce foreign keys, or not, on *connection*, which is outside a transaction."""
    # Not by SQLAlchemy: that would begin a transaction.
    dbapi: Any = connection.connection.dbapi_connection
    cursor = dbapi.cursor()
    cursor.execute("PRAGMA foreign_keys")
    [(earlier,)] = cursor.fetchall()
    cursor.close()
    set_pragma(dbapi, "foreign_keys", int(wanted))
    try:
        yield
    finally:
        set_pragma(dbapi, "foreign_keys", earlier)


def refuse_orphans(connection: Connection) -> None:
    """Raise DatabaseError where a row of any table refers to a row that does not exist.

    Or where it cannot: a key must refer to a primary key, or to columns that are unique.
    """
    if told := _faults(connection):
        raise DatabaseError(
            f"Foreign keys would be broken: {told}. Nothing of this step was kept; correct that, "
            "then run the same command again"
        )


def _faults(connection: Connection) -> str:
    found: dict[tuple[str, str], list[object]] = {}
    try:
        for table, rowid, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            found.setdefault((table, parent), []).append(rowid)
    except DBAPIError as error:
        if is_lock_failure(error):
            raise
        return str(error.orig)
    return ", ".join(
        f"{len(rows)} rows of {table} ({_some(rows)}) refer to no row of {parent}"
        for (table, parent), rows in found.items()
    )


def _some(rows: list[object]) -> str:
    shown = ", ".join(str(row) for row in rows[:_EXAMPLES])
    return f"rowid {shown}{', …' if len(rows) > _EXAMPLES else ''}"
