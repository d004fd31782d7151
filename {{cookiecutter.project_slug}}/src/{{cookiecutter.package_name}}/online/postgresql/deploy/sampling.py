"""Some rows of a table of PostgreSQL: whole pages here and there, so that no sample scans it all."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from ...interface import Size

_PAGE = 8192


def source(connection: Connection, table: sa.TableClause, rows: int, size: Size) -> sa.FromClause:
    """Return the table by a share of its pages that holds about so many *rows*.

    A share of all is not the plain table: that might be read by several processes.
    """
    share = 100.0
    if size.rows:
        share = min(100.0, 100.0 * rows / size.rows)
        # A page at least, as a rule.
        share = max(share, min(100.0, 200.0 * _PAGE / max(size.heap or 0, _PAGE)))
    return sa.tablesample(table, sa.func.system(share), name="sampled")


def name_of(source: sa.FromClause, table: sa.TableClause) -> str:
    """Return the name that the sample has."""
    return "sampled"


def width(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return the bytes that *value* takes where it is stored."""
    return sa.func.pg_column_size(value)
