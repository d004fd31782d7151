"""Rows that a foreign key would forbid: looked for by a query, which takes no lock.

The server's own look, with ``foreign_key_checks`` on, copies the table and keeps writers out.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import Connection, ForeignKeyConstraint

from ...session.errors import DatabaseError


@contextmanager
def unwatched(send: Callable[[str], object]) -> Iterator[None]:
    """Let keys be added in the body without the server's own look."""
    send("SET foreign_key_checks = 0")
    try:
        yield
    finally:
        send("SET foreign_key_checks = 1")


def refuse_orphans(connection: Connection, key: ForeignKeyConstraint, name: str) -> None:
    """Raise DatabaseError where rows of the key's table refer to rows that do not exist."""
    found = connection.scalar(sa.select(sa.func.count()).select_from(_orphans(key)))
    if found:
        raise DatabaseError(
            f"{key.table.name} was not given the foreign key {name}: {found} rows refer to rows "
            f"of {key.elements[0].column.table.name} that do not exist. Correct or delete them, "
            "then run the same command again"
        )


def _orphans(key: ForeignKeyConstraint) -> sa.Subquery:
    child = key.table.alias("child")
    parent = key.elements[0].column.table.alias("parent")
    pairs = [(child.c[e.parent.name], parent.c[e.column.name]) for e in key.elements]
    there = sa.exists().where(*(mine == theirs for mine, theirs in pairs)).select_from(parent)
    filled = [mine.is_not(None) for mine, _ in pairs]
    return sa.select(pairs[0][0]).where(*filled, ~there.correlate(child)).subquery()
