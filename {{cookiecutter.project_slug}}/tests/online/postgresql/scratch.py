"""Scratch databases that are emptied and used again: to make and drop one takes ten times longer."""

import asyncio
import atexit
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from {{ cookiecutter.package_name }}.online.postgresql.session.scratch import (
    PREFIX,
    scratch_server_url,
)
from {{ cookiecutter.package_name }}.online.session.connect import connection_to

# All that a test may leave behind; whoever is still connected must not keep us waiting.
EMPTY = (
    "SET lock_timeout = '1s'",
    """
    DO $$
    DECLARE command text;
    BEGIN
        FOR command IN
            SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension
            WHERE extname <> 'plpgsql'
            UNION ALL SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
            WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
        LOOP EXECUTE command; END LOOP;
    END $$
    """,
    "CREATE SCHEMA public",
    "GRANT USAGE ON SCHEMA public TO PUBLIC",
)
# Those that wait for whoever needs one next.
_free: list[URL] = []


@asynccontextmanager
async def scratch_database() -> AsyncIterator[URL]:
    """Yield the URL of an empty database."""
    url = _free.pop() if _free else await _make()
    try:
        yield url
    finally:
        try:
            await _run(url, *EMPTY)
            _free.append(url)
        except DBAPIError:
            await _drop(url)


async def _make() -> URL:
    server = scratch_server_url()
    url = server.set(database=f"{PREFIX}{secrets.token_hex(8)}")
    await _run(
        server,
        f"CREATE DATABASE {url.database} TEMPLATE template0",
        # Nobody waits for the disk: no test is about a server that dies.
        f"ALTER DATABASE {url.database} SET synchronous_commit = off",
    )
    # Before the embedded server stops, which was asked for it earlier.
    atexit.register(lambda: asyncio.run(_drop(url)))
    return url


async def _drop(url: URL) -> None:
    await _run(scratch_server_url(), f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")


async def _run(url: URL, *statements: str) -> None:
    async with connection_to(url, autocommit=True) as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
