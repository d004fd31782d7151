"""Rows that stand in the way of a rule, told in one sentence."""

from ..session.errors import DatabaseError


def nulls_left(table: str, column: str, count: int) -> DatabaseError:
    """Return the error of a column that cannot become NOT NULL: *count* rows hold NULL."""
    return DatabaseError(
        f"{table}.{column} cannot become NOT NULL: {count} rows hold NULL. Fill them "
        "(op.backfill) or correct what writes them, then run the same command again"
    )
