"""Rows for the tables that both sides of a pair have, and whether a migration kept them.

A row is one that both the old and the new models take, found by trying: values by type, and by
what foreign keys refer to. Knows no database: each says no by itself.
"""

from __future__ import annotations

import datetime
import decimal
import random
import uuid
from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, StatementError

ROWS, TRIES = 3, 40

# What a table holds: the values, as text, of the columns that stay as they are.
Kept = dict[str, Counter[str]]
Row = dict[str, Any]


class Rows:
    """The rows of one pair."""

    def __init__(self, before: sa.MetaData, after: sa.MetaData, seed: int) -> None:
        """Take the models of both sides; *seed* chooses the values."""
        self._rng = random.Random(seed)
        self._tables = [
            (table, after.tables[table.key])
            for table in before.sorted_tables
            if table.key in after.tables
        ]
        self._there: dict[str, list[Row]] = {}

    def make(self, ours: sa.Connection, wanted: sa.Connection) -> None:
        """Put rows into *ours*, made by the old models; *wanted*, by the new ones, takes them too."""
        for old, new in self._tables:
            for number in range(1, ROWS + 1):
                for tried in range(TRIES):
                    row = self._row(old, new, number, empty=tried == TRIES - 1)
                    if row is not None and _taken(
                        (ours, old, row), (wanted, new, _for_new(old, new, row))
                    ):
                        self._there.setdefault(old.key, []).append(row)
                        break
        ours.commit()
        wanted.rollback()

    def kept(self, connection: sa.Connection, *, are_new: bool) -> Kept:
        """Return what the tables hold; *are_new*: the new models' tables."""
        found: Kept = {}
        for old, new in self._tables:
            names = [
                name for name in [column.name for column in old.columns] if _stays(old, new, name)
            ]
            if not names:
                continue
            table = new if are_new else old
            query = sa.select(*(sa.type_coerce(table.c[name], sa.types.NULLTYPE) for name in names))
            found[old.name] = Counter(str(tuple(row)) for row in connection.execute(query))
        return found

    def _row(self, old: sa.Table, new: sa.Table, number: int, *, empty: bool) -> Row | None:
        row: Row = {}
        for column in old.columns:
            if column.computed is not None:
                continue
            may_be_null = column.nullable and not column.primary_key
            values = self._values(old, new, column, number)
            if column.name in new.columns and not _alike(old, new, column.name):
                values = []
            if values and not (may_be_null and (empty or self._rng.random() < 0.2)):
                row[column.name] = self._rng.choice(values)
            elif may_be_null:
                row[column.name] = None
            elif column.server_default is None:
                return None
        return row

    def _values(
        self, old: sa.Table, new: sa.Table, column: sa.Column[Any], number: int
    ) -> list[Any]:
        # A key that is looked at later takes any value for now, on either side.
        both = [table.c[column.name] for table in (old, new) if column.name in table.c]
        for key in [key for one in both for key in one.foreign_keys]:
            target = key.column
            if target.table.key == old.key:
                return [number]
            there = self._there.get(target.table.key, [])
            return [row[target.name] for row in there if row.get(target.name) is not None]
        return [number] if column.primary_key else values_of(column.type, number)


def values_of(type_: Any, number: int) -> list[Any]:
    """Return values of *type_*; none for a type that is not known here."""
    day = datetime.date(2024, 2, number)
    time = datetime.time(number, 30)
    if isinstance(type_, sa.Enum):
        return list(type_.enums)
    if isinstance(type_, sa.Boolean):
        return [True, False]
    for kind, values in (
        (sa.Integer, [number, number * 2, 2, 4]),
        (sa.Float, [number + 0.5]),
        (sa.Numeric, [decimal.Decimal(number), decimal.Decimal("1.50")]),
        (sa.String, ["a", "b", f"a{number}", "it's", ":x %"]),
        (sa.DateTime, [datetime.datetime.combine(day, time)]),
        (sa.Date, [day]),
        (sa.Time, [time]),
        (sa.Interval, [datetime.timedelta(hours=number)]),
        (sa.LargeBinary, [b"\x00\xff", bytes([number])]),
        (sa.JSON, [{"a": number}]),
        (sa.Uuid, [uuid.UUID(int=number)]),
    ):
        if isinstance(type_, kind) or isinstance(getattr(type_, "impl", None), kind):
            return list(values)
    return []


def _taken(*inserts: tuple[sa.Connection, sa.Table, Row]) -> bool:
    """Tell whether every one of *inserts* is taken; else none of them stays."""
    savepoints = [connection.begin_nested() for connection, _, _ in inserts]
    try:
        are_more = [_adds(connection, table, row) for connection, table, row in inserts]
    except (DBAPIError, StatementError):
        are_more = [False]
    for savepoint in savepoints:
        if all(are_more):
            savepoint.commit()
        else:
            savepoint.rollback()
    return all(are_more)


def _adds(connection: sa.Connection, table: sa.Table, row: Row) -> bool:
    """Insert *row*; tell whether there is one row more: a rule may say to pass over it."""
    count = sa.select(sa.func.count()).select_from(table)
    before = connection.execute(count).scalar_one()
    connection.execute(table.insert().values(row))
    return bool(connection.execute(count).scalar_one() == before + 1)


def _for_new(old: sa.Table, new: sa.Table, row: Row) -> Row:
    """Return what *row* is to the new models, where the service leaves a default to the author."""
    found: Row = {}
    for column in new.columns:
        if column.name in old.columns:
            is_filled = row.get(column.name) is None and "backfill" in column.info
            if column.name in row and not is_filled:
                found[column.name] = row[column.name]
                continue
        if column.computed is None and not column.nullable and column.server_default is None:
            found[column.name] = next(iter(values_of(column.type, 1)), None)
    return found


def _alike(old: sa.Table, new: sa.Table, name: str) -> bool:
    """Tell whether the column takes the same values on both sides."""
    types = [table.c[name].type for table in (old, new)]
    known = [[type(value) for value in values_of(type_, 1)] for type_ in types]
    return known[0] == known[1]


def _stays(old: sa.Table, new: sa.Table, name: str) -> bool:
    """Tell whether the column is the same on both sides, so that its values are to stay."""
    if name not in new.columns:
        return False
    pair = (old.c[name], new.c[name])
    kinds = {(repr(c.type), c.nullable, c.computed is None) for c in pair}
    return len(kinds) == 1 and pair[0].computed is None
