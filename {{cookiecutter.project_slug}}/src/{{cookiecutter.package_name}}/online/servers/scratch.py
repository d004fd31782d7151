"""A database for the length of one task: made on the scratch server, dropped afterwards."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy import URL

from ..session.connect import connection_to
from ..session.url import load_settings, parse

PREFIX = "scratch_"


def configured_server() -> URL | None:
    """Return the server that SCRATCH_DATABASE_URL names, if it is set."""
    scratch = load_settings().scratch_database_url
    return None if scratch is None else parse(scratch.get_secret_value())


@asynccontextmanager
async def database_on(server: URL, *, create: str, drop: str) -> AsyncIterator[URL]:
    """Make an empty database on *server*, yield its URL, and drop it whatever happens.

    *create* and *drop* are the statements, with ``{name}`` in place of its name.
    """
    name = f"{PREFIX}{secrets.token_hex(8)}"

    async def run(statement: str) -> None:
        async with connection_to(server, autocommit=True) as connection:
            await connection.execute(sa.text(statement.format(name=name)))

    await run(create)
    try:
        yield server.set(database=name)
    finally:
        await run(drop)
