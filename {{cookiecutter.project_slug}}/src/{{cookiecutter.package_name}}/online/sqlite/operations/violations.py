"""Rows that a new rule would forbid, told in one sentence before anything is changed."""

from sqlalchemy import Connection

from ...operations.violations import nulls_left
from ...session.errors import DatabaseError
from .definition import Clause, Column
from .tokens import parenthesis


def refuse_nulls(connection: Connection, table: str, quoted: str, column: Column) -> None:
    """Raise DatabaseError where *column* of *table* (*quoted* in SQL) is NULL in some row."""
    where = f"{column.written} IS NULL"
    if count := _count(connection, f"SELECT count(*) FROM {quoted} WHERE {where}"):
        raise nulls_left(table, column.name, count)


def refuse_rows(connection: Connection, table: str, quoted: str, rule: Clause) -> None:
    """Raise DatabaseError where rows of *table* (*quoted* in SQL) break a CHECK or a UNIQUE.

    Foreign keys are looked at before each commit (``foreign_keys.py``).
    """
    inside = parenthesis(rule.text)
    if rule.kind == "CHECK":
        query = f"SELECT count(*) FROM {quoted} WHERE NOT ({inside})"
    elif rule.kind == "UNIQUE":
        filled = " AND ".join(f"{name} IS NOT NULL" for name in inside.split(","))
        query = (
            f"SELECT count(*) FROM (SELECT 1 FROM {quoted} WHERE {filled} GROUP BY {inside} "
            "HAVING count(*) > 1)"
        )
    else:
        return
    if count := _count(connection, query):
        rows = "rows break it" if rule.kind == "CHECK" else "values stand in more than one row"
        raise DatabaseError(
            f"{table} cannot take the rule {rule.name or rule.text}: {count} {rows}. Correct them, "
            "and what writes them, then run the same command again"
        )


def _count(connection: Connection, query: str) -> int:
    return int(connection.exec_driver_sql(query).scalar() or 0)
