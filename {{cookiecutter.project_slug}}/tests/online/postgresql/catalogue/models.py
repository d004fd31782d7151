"""From the source in the rows to models, and to rows in their tables."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import AsyncConnection

from {{ cookiecutter.package_name }}.db.base import NAMING_CONVENTION

from .values import parent_of


def models(source: str) -> sa.MetaData:
    """Return the models that *source* declares: statements on the metadata ``m``."""
    metadata = sa.MetaData(naming_convention=NAMING_CONVENTION)
    exec(source, {"sa": sa, "pg": pg, "m": metadata})
    return metadata


async def insert(connection: AsyncConnection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert *rows*, with the key of some row of each table that they belong to."""
    parents: dict[str, Any] = {}
    for column in table.columns:
        if (parent := parent_of(column)) is not None:
            some = sa.select(parent.c.id).order_by(sa.func.random()).limit(1)
            parents[column.name] = await connection.scalar(some)
    alike: dict[frozenset[str], list[dict[str, Any]]] = {}
    for given in rows:
        alike.setdefault(frozenset(given), []).append(given | parents)
    for group in alike.values():
        await connection.execute(table.insert(), group)
