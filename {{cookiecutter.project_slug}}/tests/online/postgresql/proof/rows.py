"""Rows for every table, made from the schema; where a CHECK defeats that, from a factory."""

from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from . import sql
from .maker import Row, RowMaker
from .references import in_order, referred
from .schema import ForeignKey, Table
from .server import empty_tables
from .system_catalogs import rows_of

# So many rows a table, so that a batch of a backfill is not the whole of it. Where each row
# needs one of another table to itself, some of those stay free for rows to come.
ROWS = 20
SPARE = 2


class NoRowError(Exception):
    """No row could be made; the message asks the author for a factory."""

    def __init__(self, table: Table, error: DBAPIError) -> None:
        """Say which table, and what the server minded."""
        super().__init__(
            f"No row could be made for {table.name}: {sql.server_message(error)}\n"
            f'Write a factory for "{table.name}" in tests/factories.py.'
        )


class Rows:
    """Makes rows through *connection*, which is in autocommit; remembers what worked."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Begin with no knowledge of any table."""
        self._connection = connection
        self.maker = RowMaker(connection)
        self._prepared: set[tuple[int, ForeignKey]] = set()
        self._settled: set[tuple[int, tuple[str, ...]]] = set()

    async def fill(self, tables: Sequence[Table]) -> None:
        """Give every empty table its rows, referred tables first. Raises NoRowError."""
        guessed: dict[tuple[int, ForeignKey], Table] = {}
        empty = await empty_tables(self._connection, tables)
        for table in in_order(tables):
            if table.oid in empty:
                for _ in range(await self._room(table)):
                    guesses = await self.add(table)
                    guessed.update({(table.oid, key): table for key in guesses})
            for key in (key for key in table.keys if key.later):
                if (table.oid, key) not in self._prepared:
                    self._prepared.add((table.oid, key))
                    filled = " AND ".join(f"{sql.quoted(name)} IS NOT NULL" for name in key.columns)
                    await self._give(table, key.columns, filled, required=False)
        for (_, key), table in guessed.items():
            await self._give(table, key.columns, "true", required=True)

    async def add(self, table: Table) -> list[ForeignKey]:
        """Add a row, unless uniqueness has no room for another; return the keys it guessed.

        A key is a guess where the table that it refers to has no rows yet. Raises NoRowError.
        """
        n = self.maker.next_number(table)
        tried: str | None = None
        while True:
            row, guesses = await self.maker.row(table, n)
            broken = await self.maker.later_check_broken(table, row)
            if broken and self.maker.choices.try_next(table, broken):
                continue
            try:
                await self._insert(table, row, unchecked=bool(guesses))
                return guesses
            except DBAPIError as error:
                state = sql.sqlstate(error)
                if state in (sql.UNIQUE_VIOLATION, sql.EXCLUSION_VIOLATION):
                    return []
                # What was tried for a CHECK may not even be a value of the type.
                if not state.startswith(sql.DATA_EXCEPTION):
                    tried = sql.check_behind(error)
                if not self.maker.choices.try_next(table, tried):
                    raise NoRowError(table, error) from error

    async def settle(self, tables: Sequence[Table]) -> None:
        """Give older rows the values of columns that came later, as a new release writes them."""
        for table in tables:
            keys = [key.columns for key in table.keys]
            for names in [*keys, *((column.name,) for column in table.columns)]:
                known = (table.oid, names) in self._settled
                self._settled.add((table.oid, names))
                if not known and any(table.column(name).nullable for name in names):
                    empty = " OR ".join(f"{sql.quoted(name)} IS NULL" for name in names)
                    await self._give(table, names, empty, required=False)

    async def _insert(self, table: Table, row: Row, *, unchecked: bool) -> None:
        if not unchecked:
            await self._execute(sql.insert(table.sql, row))
            return
        # As a replica, the server does not check foreign keys.
        await self._execute("SET session_replication_role = replica")
        try:
            await self._execute(sql.insert(table.sql, row))
        finally:
            await self._execute("RESET session_replication_role")

    async def _give(
        self, table: Table, names: tuple[str, ...], where: str, *, required: bool
    ) -> None:
        """Write *names* in the rows *where*; unless *required*, a row may stay as it is."""
        found = await rows_of(self._connection, f"SELECT ctid::text FROM {table.sql} WHERE {where}")
        for n, (ctid,) in enumerate(found, 1):
            row, _ = await self.maker.row(table, n)
            given = {name: row[name] for name in names if name in row}
            try:
                if given:
                    await self._execute(sql.update(table.sql, given, f"ctid = '{ctid}'"))
            except DBAPIError as error:
                if required:
                    raise NoRowError(table, error) from error

    async def _room(self, table: Table) -> int:
        """Return how many rows *table* gets."""
        room = ROWS
        for key in table.keys:
            found = await referred(self._connection, table, key)
            if found and table.is_unique(key.columns):
                room = min(room, len(found) - SPARE)
        return max(room, 1)

    async def _execute(self, statement: str) -> None:
        await self._connection.exec_driver_sql(statement)
