"""What code that knows a table sends to it: it reads, updates and inserts, with all its columns."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from . import sql
from .maker import Row, RowMaker
from .schema import Column, Table
from .system_catalogs import rows_of
from .values import natural

# What a statement does, in words, and its SQL.
Statement = tuple[str, str]
# Far from the rows that are there.
_ELSEWHERE = 10_000


async def statements_to(
    connection: AsyncConnection, maker: RowMaker, table: Table
) -> list[Statement]:
    """Return the statements that code which knows *table* as it is sends to it."""
    names = ", ".join(sql.quoted(column.name) for column in table.columns)
    written = [sql.quoted(column.name) for column in table.columns if not column.generated]
    same = ", ".join(f"{name} = {name}" for name in written)
    found = [("read", f"SELECT {names} FROM {table.sql}")]
    if written:
        found.append(("update", f"UPDATE {table.sql} SET {same}"))
    twin = await _twin(connection, maker, table)
    if twin is not None:
        found += [
            ("insert into", sql.insert(table.sql, row)) for row in (twin, *_strangers(table, twin))
        ]
    return found


async def _twin(connection: AsyncConnection, maker: RowMaker, table: Table) -> Row | None:
    """Return a row like one that is there, new only where it must be unique.

    So a rule that makes more columns unique meets two equal rows. Columns with a default are left
    out, as code does.
    """
    fresh, guesses = await maker.row(table, maker.next_number(table))
    names = [c.name for c in table.columns if not (c.generated or c.has_default)]
    selected = "".join(f", {sql.quoted(name)}::text" for name in names)
    first: list[Any] = list(
        await rows_of(connection, f"SELECT 1{selected} FROM {table.sql} ORDER BY ctid LIMIT 1")
    )
    if guesses or not first:
        return None
    old = dict(zip(names, first[0][1:], strict=True))
    unique = {name for columns in table.uniques for name in columns} & fresh.keys()
    return {name: fresh[name] if name in unique else old[name] for name in names}


def _strangers(table: Table, twin: Row) -> Iterator[Row]:
    """Yield *twin* with a value that no later rule knows of: old code is not bound by it yet."""
    keys = [key.columns for key in table.keys if key.later]
    checks = [check.columns for check in table.checks if check.later]
    for names in dict.fromkeys(keys + checks):
        values = {name: _elsewhere(table, table.column(name)) for name in names if name in twin}
        if values and None not in values.values():
            yield twin | values


def _elsewhere(table: Table, column: Column) -> str | None:
    make = natural(column, table.columns.index(column))
    return make(_ELSEWHERE) if make else None
