"""A database for the length of one task: made on the scratch server, dropped afterwards."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy import URL

from .connect import connection_to
from .url import scratch_server_url

PREFIX = "scratch_"


@asynccontextmanager
async def scratch_database() -> AsyncIterator[URL]:
    """Create an empty database, yield its URL, and drop it whatever happens.

    Raises DatabaseError where there is no server (see ``url.scratch_server_url``).
    """
    server = scratch_server_url()
    name = f"{PREFIX}{secrets.token_hex(8)}"
    async with connection_to(server, autocommit=True) as connection:
        await connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE template0"))
    try:
        yield server.set(database=name)
    finally:
        async with connection_to(server, autocommit=True) as connection:
            await connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
