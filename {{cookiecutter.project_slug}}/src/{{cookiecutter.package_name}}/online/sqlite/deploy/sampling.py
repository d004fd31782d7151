"""Some rows of a table of SQLite: the first ones, by the order in which they are stored."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from ...interface import Size


def source(connection: Connection, table: sa.TableClause, rows: int, size: Size) -> sa.FromClause:
    """Return the table itself: SQLite stops at the LIMIT."""
    return table


def name_of(source: sa.FromClause, table: sa.TableClause) -> str:
    """Return the quoted name of the table."""
    return f'"{table.name.replace(chr(34), chr(34) * 2)}"'


def width(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return the bytes of *value*; of a number, its figures, which are about as many."""
    return sa.func.length(sa.cast(value, sa.LargeBinary))
