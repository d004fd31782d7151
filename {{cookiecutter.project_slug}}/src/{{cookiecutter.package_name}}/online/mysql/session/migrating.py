"""The connections that a migration runs on: one migrator at a time, and bounded waits for locks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from ...interface import EngineFor, Open
from ...servers.watch import Watch
from ...session import patience
from ...session.connect import connection_to
from .lock import acquire, only_migrator


@asynccontextmanager
async def connections(url: URL, engine_for: EngineFor) -> AsyncIterator[Open]:
    """Wait for other migrators, then yield a function that opens a connection to *url* for one try.

    Over all tries, whoever holds a lock that is waited for is logged once.
    """
    seconds = str(lock_wait_timeout())
    session = {"lock_wait_timeout": seconds, "innodb_lock_wait_timeout": seconds}
    async with only_migrator(url) as lock:
        watch = Watch(lock)

        @asynccontextmanager
        async def open_connection() -> AsyncIterator[AsyncConnection]:
            async with connection_to(url, session=session, engine_for=engine_for) as connection:
                await acquire(connection, "statements")
                # A statement before Alembic's configure() must not leave a transaction open.
                await connection.rollback()
                async with watch.over(connection):
                    yield connection

        yield open_connection


def lock_wait_timeout() -> int:
    """Return the longest wait for a lock in whole seconds, which is how the server counts."""
    return max(-(-patience.lock_timeout() // 1000), 1)
