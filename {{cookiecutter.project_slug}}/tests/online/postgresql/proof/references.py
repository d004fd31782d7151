"""Foreign keys of made-up rows: which table comes first, and which rows may be referred to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import ForeignKey, Table
from .sql import quoted
from .system_catalogs import rows_of


def in_order(tables: Sequence[Table]) -> Iterator[Table]:
    """Yield each table after those it refers to; a cycle opens where a key may be NULL."""
    left, done = list(tables), set[int]()
    while left:
        ready = (
            [table for table in left if _needs(table, table.keys) <= done]
            or [table for table in left if _needs(table, required_keys(table)) <= done][:1]
            or left[:1]
        )
        yield from ready
        done.update(table.oid for table in ready)
        left = [table for table in left if table not in ready]


def required_keys(table: Table) -> list[ForeignKey]:
    """Return the keys that cannot be NULL."""
    return [
        key
        for key in table.keys
        if not (key.later or any(table.column(name).nullable for name in key.columns))
    ]


def _needs(table: Table, keys: Sequence[ForeignKey]) -> set[int]:
    return {key.referred_oid for key in keys} - {table.oid}


async def referred(
    connection: AsyncConnection, table: Table, key: ForeignKey
) -> list[tuple[Any, ...]] | None:
    """Return the values, as text, that *key* may take; of a unique key, those not taken yet.

    None means that the other table has no rows at all.
    """
    columns = [f"r.{quoted(name)}" for name in key.referred_columns]
    taken = "false"
    if table.is_unique(key.columns):
        own = (f"t.{quoted(name)}" for name in key.columns)
        same = " AND ".join(f"{a} = {b}" for a, b in zip(own, columns, strict=True))
        taken = f"EXISTS (SELECT FROM {table.sql} AS t WHERE {same})"
    rows = await rows_of(
        connection,
        f"SELECT {taken}, {', '.join(f'{column}::text' for column in columns)} "
        f"FROM {key.referred} AS r WHERE ({', '.join(columns)}) IS NOT NULL ORDER BY r.ctid",
    )
    return [tuple(row[1:]) for row in rows if not row[0]] if rows else None


def agrees(row: Mapping[str, str | None], key: ForeignKey, values: Sequence[str]) -> bool:
    """Tell whether *values* of *key* go with the columns that *row* has already."""
    return all(row.get(c, value) == value for c, value in zip(key.columns, values, strict=True))
