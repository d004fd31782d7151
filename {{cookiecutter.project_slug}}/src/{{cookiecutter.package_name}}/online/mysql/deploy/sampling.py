"""Some rows of a table of MySQL: the first ones, by the order in which they are stored."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from ...interface import Size


def source(connection: Connection, table: sa.TableClause, rows: int, size: Size) -> sa.FromClause:
    """Return the table itself: InnoDB stops at the LIMIT."""
    return table


def name_of(source: sa.FromClause, table: sa.TableClause) -> str:
    """Return the quoted name of the table."""
    return f"`{table.name.replace('`', '``')}`"


def width(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return the bytes of *value*; of a number, its figures, which are about as many."""
    return sa.func.length(value)
