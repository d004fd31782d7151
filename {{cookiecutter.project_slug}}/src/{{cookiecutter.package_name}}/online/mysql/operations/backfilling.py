"""What a backfill needs of MySQL: an estimate, short waits for rows, and its SQL offline."""

from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.types import TypeEngine

from ...operations.foresight.footprint import Footprint, Work
from . import offline
from .statements import bounded_waits

FOOTPRINT = Footprint("the rows of a batch until it ends", "every row, in batches", Work.FILL)
# Seconds between two batches: those who wait for a row get it as soon as a batch ends.
PAUSE = 0.0


def estimate(connection: Connection, table: sa.TableClause) -> int:
    """Return about how many rows *table* has, from InnoDB's statistics."""
    rows = connection.scalar(
        sa.text(
            "SELECT table_rows FROM information_schema.tables "
            "WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :name"
        ),
        {"schema": table.schema, "name": table.name},
    )
    return int(rows or 0)


def short_locks(connection: Connection) -> AbstractContextManager[None]:
    """Bound the wait of each statement on *connection*, in autocommit, for locked rows."""
    return bounded_waits(connection)


def absent(type_: TypeEngine[Any]) -> sa.ColumnElement[Any]:
    """Return the NULL of a column of *type_* that is yet to come."""
    return sa.null()


def fill_offline(table: str, column: str, *, value: str, where: str) -> str:
    """Return SQL that fills *column* of *table* in batches; all arguments are SQL text."""
    return offline.fill(table, column, value=value, where=where)


def refuse_rows_offline(table: str, message: str) -> str:
    """Return a statement that fails with *message* where *table* (SQL text) has rows."""
    return offline.refuse_rows(table, message)
