"""Watch a revision run: each statement, the line that sent it, and the looks taken meanwhile."""

import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from .look import LOOK, MARK, Look
from .sql import one_line


@dataclass(frozen=True)
class Place:
    """A line of a revision file."""

    path: Path
    line: int

    def __str__(self) -> str:
        """Return file, line and what stands there."""
        text = linecache.getline(str(self.path), self.line).strip()
        return f"{self.path.name}:{self.line}: {text}"


@dataclass
class Statement:
    """One statement: *looks* were taken inside it (DDL), the last one after it."""

    sql: str
    place: Place | None
    looks: list[Look] = field(default_factory=list)


@dataclass
class Watch:
    """What was seen: a look before the first statement, then every statement in order."""

    before: Look
    statements: list[Statement] = field(default_factory=list)


@contextmanager
def watching(connection: Connection, revision: Path) -> Iterator[Watch]:
    """Watch all that *connection* does while the file *revision* runs.

    The connection must be outside a transaction, and is left so: Alembic takes an open one for
    the caller's.
    """
    watch = Watch(_look(connection))
    connection.rollback()
    driver: Any = connection.connection.driver_connection

    def begin(*event: Any) -> None:
        watch.statements.append(Statement(one_line(event[2]), _place(revision)))

    def end(*_: Any) -> None:
        watch.statements[-1].looks.append(_look(connection))

    def hear(_: Any, message: Any) -> None:
        if message.message.startswith(MARK):
            watch.statements[-1].looks.append(Look.parse(message.message.removeprefix(MARK)))

    sa.event.listen(connection, "before_cursor_execute", begin)
    sa.event.listen(connection, "after_cursor_execute", end)
    driver.add_log_listener(hear)
    try:
        yield watch
    finally:
        driver.remove_log_listener(hear)
        sa.event.remove(connection, "after_cursor_execute", end)
        sa.event.remove(connection, "before_cursor_execute", begin)


def _look(connection: Connection) -> Look:
    # A cursor of the driver: it joins the open transaction, and fires no event of ours.
    cursor = connection.connection.cursor()
    try:
        cursor.execute(LOOK)
        row = cursor.fetchone()
    finally:
        cursor.close()
    assert row is not None
    return Look.parse(row[0])


def _place(revision: Path) -> Place | None:
    """Return the line of the revision that is running; None where Alembic itself is."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if Path(frame.f_code.co_filename) == revision:
            return Place(revision, frame.f_lineno)
        frame = frame.f_back
    return None
