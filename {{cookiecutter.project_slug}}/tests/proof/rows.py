"""Rows for every table, made from the schema; where a CHECK defeats that, from a factory."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ..factories import FACTORIES
from . import values
from .catalogue import Column, ForeignKey, Table

# So many rows a table: enough that a batch of a backfill is not the whole table.
ROWS = 20
_COMBINATIONS = 500

CHECK_VIOLATION, UNIQUE_VIOLATION, EXCLUSION_VIOLATION = "23514", "23505", "23P01"

Row = dict[str, str | None]


class NoRowError(Exception):
    """No row could be made; the message asks the author for a factory."""

    def __init__(self, table: Table, error: DBAPIError) -> None:
        """Say which table, and what the server minded."""
        super().__init__(
            f"No row could be made for {table.name}: {server_message(error)}\n"
            f"Write a factory for {table.name!r} in tests/factories.py."
        )


class Rows:
    """Makes rows through *connection*, which is in autocommit; remembers what worked."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Begin with no knowledge of any table."""
        self._connection = connection
        self._numbers: dict[int, Iterator[int]] = {}
        # Which candidate a column uses, and what is left to try, for each CHECK that failed.
        self._choices: dict[tuple[int, str], int] = {}
        self._trials: dict[tuple[int, str], Iterator[tuple[int, ...]]] = {}
        self._settled: set[tuple[int, tuple[str, ...]]] = set()

    async def fill(self, tables: Sequence[Table]) -> None:
        """Give every empty table its rows, the referred tables first."""
        guessed = []
        for table in in_order(tables):
            if not await self._select(f"SELECT FROM {table.sql} LIMIT 1"):
                guessed += [(table, key) for key in await self.add(table, ROWS)]
        for table, key in guessed:
            await self._give(table, key.columns, "true")

    async def add(self, table: Table, count: int) -> set[ForeignKey]:
        """Add *count* rows, or fewer where uniqueness allows no more.

        Returns the keys whose values are guesses, as their referred table had no rows yet.
        Raises NoRowError.
        """
        guessed: set[ForeignKey] = set()
        for number in range(count):
            n = self.next_number(table)
            while True:
                row, guesses = await self.row(table, n)
                guessed.update(guesses)
                try:
                    await self._insert(table, row, unchecked=bool(guesses))
                    break
                except DBAPIError as error:
                    state = sqlstate(error)
                    if number and state in (UNIQUE_VIOLATION, EXCLUSION_VIOLATION):
                        return guessed
                    if state != CHECK_VIOLATION or not self._try_next(table, error):
                        raise NoRowError(table, error) from error
        return guessed

    async def settle(self, tables: Sequence[Table]) -> None:
        """Give older rows the values of columns that came later, as a new release fills them."""
        for table in tables:
            keys = [key.columns for key in table.keys]
            for names in [*keys, *((column.name,) for column in table.columns)]:
                columns = [table.column(name) for name in names]
                new = (table.oid, names) not in self._settled
                self._settled.add((table.oid, names))
                if new and any(c.nullable and not c.generated for c in columns):
                    empty = " OR ".join(f"{quoted(name)} IS NULL" for name in names)
                    await self._give(table, names, empty)

    async def row(self, table: Table, n: int) -> tuple[Row, list[ForeignKey]]:
        """Return values for row *n*, and the keys among them that are guesses."""
        row: Row = {}
        guesses = []
        # Those of many columns first: others may share a column with them.
        for place, key in enumerate(sorted(table.keys, key=lambda key: -len(key.columns))):
            found = await self._referred(table, key)
            fitting = [
                values
                for values in found
                if all(row.get(c, v) == v for c, v in zip(key.columns, values, strict=True))
            ]
            if fitting:
                # A pair of keys runs through all pairs, not only through equal places.
                turn = n - 1 + place * ((n - 1) // len(fitting))
                row.update(zip(key.columns, fitting[turn % len(fitting)], strict=True))
            elif nullable := [c for c in key.columns if table.column(c).nullable]:
                row.update((c, None) for c in nullable if c not in row)
            else:
                guesses.append(key)
        for column in table.columns:
            chosen = self._choices.get((table.oid, column.name))
            left_to_server = column.generated or (column.has_default and chosen is None)
            if column.name not in row and not left_to_server:
                row[column.name] = _candidates(table, column)[chosen or 0](n)
        if make := FACTORIES.get(table.name):
            names = {column.name for column in table.columns}
            given = {name: value for name, value in make(n).items() if name in names}
            row |= {c: None if v is None else str(v) for c, v in given.items()}
        return row, guesses

    def next_number(self, table: Table) -> int:
        """Return a number that no row of *table* was made from yet."""
        return next(self._numbers.setdefault(table.oid, itertools.count(1)))

    def _try_next(self, table: Table, error: DBAPIError) -> bool:
        """Choose other values for the columns of the CHECK that failed, if any are left."""
        name = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)
        check = next((check for check in table.checks if check.name == name), None)
        if check is None:
            return False
        columns = [table.column(name) for name in check.columns]
        numbers = [range(len(_candidates(table, column))) for column in columns]
        combinations = itertools.islice(itertools.product(*numbers), _COMBINATIONS)
        trial = next(self._trials.setdefault((table.oid, check.name), combinations), None)
        for column, choice in zip(columns, trial or (), strict=False):
            self._choices[table.oid, column.name] = choice
        return trial is not None

    async def _insert(self, table: Table, row: Row, *, unchecked: bool) -> None:
        # As a replica, the server does not check foreign keys.
        if unchecked:
            await self._connection.exec_driver_sql("SET session_replication_role = replica")
        try:
            await self._connection.exec_driver_sql(insert(table, row))
        finally:
            if unchecked:
                await self._connection.exec_driver_sql("RESET session_replication_role")

    async def _give(self, table: Table, names: tuple[str, ...], where: str) -> None:
        """Write *names* in the rows *where*; a nullable column that takes no value stays NULL."""
        query = f"SELECT ctid::text FROM {table.sql} WHERE {where}"
        for n, (ctid,) in enumerate(await self._select(query), 1):
            row, _ = await self.row(table, n)
            given = [f"{quoted(name)} = {literal(row.get(name))}" for name in names if name in row]
            update = f"UPDATE {table.sql} SET {', '.join(given)} WHERE ctid = '{ctid}'"
            try:
                if given:
                    await self._connection.exec_driver_sql(update)
            except DBAPIError as error:
                if not any(table.column(name).nullable for name in names):
                    raise NoRowError(table, error) from error

    async def _referred(self, table: Table, key: ForeignKey) -> list[tuple[Any, ...]]:
        """Return the values that *key* may take; of a unique key, those not taken yet."""
        columns = [f"r.{quoted(name)}" for name in key.referred_columns]
        query = f"SELECT {', '.join(f'{c}::text' for c in columns)} FROM {key.referred} AS r"
        query += f" WHERE ({', '.join(columns)}) IS NOT NULL"
        if all(table.column(name).unique for name in key.columns) and _is_alone(table, key):
            same = " AND ".join(
                f"t.{quoted(own)} = {c}" for own, c in zip(key.columns, columns, strict=True)
            )
            query += f" AND NOT EXISTS (SELECT FROM {table.sql} AS t WHERE {same})"
        return await self._select(f"{query} ORDER BY r.ctid")

    async def _select(self, query: str) -> list[Any]:
        return [tuple(row) for row in await self._connection.exec_driver_sql(query)]
