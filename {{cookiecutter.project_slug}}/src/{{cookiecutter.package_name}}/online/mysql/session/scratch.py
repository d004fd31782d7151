"""A database for the length of one task: made on the scratch server, dropped afterwards."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy import URL

from ...session.connect import connection_to
from ...session.url import load_settings, parse
from .temporary_server import server_url

PREFIX = "scratch_"


@asynccontextmanager
async def scratch_database() -> AsyncIterator[URL]:
    """Create an empty database, yield its URL, and drop it whatever happens.

    Raises DatabaseError where there is no server (see ``passing_server.py``).
    """
    server = scratch_server_url()
    name = f"{PREFIX}{secrets.token_hex(8)}"
    async with connection_to(server.set(database=None), autocommit=True) as connection:
        await connection.execute(sa.text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))
    try:
        yield server.set(database=name)
    finally:
        async with connection_to(server.set(database=None), autocommit=True) as connection:
            await connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}"))


def scratch_server_url() -> URL:
    """Return a server to make scratch databases on: SCRATCH_DATABASE_URL, else one of our own."""
    scratch = load_settings().scratch_database_url
    return server_url() if scratch is None else parse(scratch.get_secret_value())
