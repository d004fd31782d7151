"""The rebuild itself: a new table beside the old one, the rows, the change of names.

The steps are those of the SQLite docs ("ALTER TABLE", "Making Other Kinds Of Table Schema
Changes"). The new table's text is SQLite's own of the old one, edited, so that what nobody asked
to change stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from ...session.errors import DatabaseError
from .definition import Definition
from .survivors import Survivors, broken
from .tokens import unqualify

_TEXT = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE"
_ROWIDS = ("rowid", "_rowid_", "oid")


def definition_of(connection: Connection, table: str) -> Definition:
    """Return the definition of *table* as SQLite keeps it; raises DatabaseError without one."""
    return Definition.of(text_of(connection, table))


def text_of(connection: Connection, table: str) -> str:
    """Return the CREATE TABLE that SQLite keeps; raises DatabaseError without one."""
    sql = connection.exec_driver_sql(_TEXT, (table,)).scalar()
    if sql is None:
        raise DatabaseError(f"There is no table {table}")
    if str(sql).split()[1].upper() == "VIRTUAL":
        raise DatabaseError(f"{table} is a virtual table: only its own module can change it")
    # While it is rebuilt, the table has another name.
    return unqualify(str(sql), table)


def rebuild(connection: Connection, table: str, new: Definition) -> None:
    """Give *table* the definition *new*; its rows, indexes, triggers and numbers stay.

    The columns of both definitions keep their values. Runs in the transaction of the caller.
    Raises DatabaseError where foreign keys are enforced, for then the old table would take the
    rows that refer to it along, and where an index, a view or a trigger would no longer work.
    """
    if connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise DatabaseError(
            f"{table} cannot be rebuilt while foreign keys are enforced, and within a transaction "
            "that cannot be changed: hand over a connection that is outside a transaction"
        )
    quote = connection.dialect.identifier_preparer.quote_identifier
    old = definition_of(connection, table)
    survivors = Survivors(connection, table)
    before = broken(connection)
    passing = quote(f"_rebuilt_{table}")
    moved = ", ".join(_columns_to_move(old, new))
    with _names_left_alone(connection):
        connection.exec_driver_sql(new.text(passing))
        try:
            connection.exec_driver_sql(
                f"INSERT INTO {passing} ({moved}) SELECT {moved} FROM {quote(table)}"
            )
        except IntegrityError as error:
            raise DatabaseError(
                f"{table} cannot be changed so: its rows do not fit ({error.orig}). Correct them, "
                "and what writes them, then run the same command again"
            ) from None
        connection.exec_driver_sql(f"DROP TABLE {quote(table)}")
        connection.exec_driver_sql(f"ALTER TABLE {passing} RENAME TO {quote(table)}")
    survivors.restore()
    for name, reason in broken(connection).items():
        if name not in before:
            raise DatabaseError(
                f"{table} cannot be changed so: what rests on it would no longer work ({name}: "
                f"{reason}). Drop the view or the trigger first in this revision, and create it "
                "anew at its end"
            )


def _columns_to_move(old: Definition, new: Definition) -> Iterator[str]:
    """Yield the columns whose values move; rows without a key of their own keep their numbers."""
    own = [c for c in new.columns if old.column(c.name) is not None and not c.has("GENERATED")]
    definitions = (old, new)
    if not any(one.is_without_rowid for one in definitions):
        is_key = any(one.is_row_number(c) for one in definitions for c in one.columns)
        free = [name for name in _ROWIDS if old.column(name) is None]
        if free and not is_key:
            yield free[0]
    yield from (column.written for column in own)


@contextmanager
def _names_left_alone(connection: Connection) -> Iterator[None]:
    """Keep RENAME from looking into views, triggers and keys: they mean the name, not the table."""
    earlier = connection.exec_driver_sql("PRAGMA legacy_alter_table").scalar()
    connection.exec_driver_sql("PRAGMA legacy_alter_table = ON")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA legacy_alter_table = {earlier}")
