"""The connections that a migration runs on: one migrator at a time, and bounded waits for locks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from ...interface import EngineFor, Open
from ...servers.watch import Watch
from ...session import patience
from ...session.connect import connection_to
from .driver import MIGRATION_SESSION
from .idleness import stay_while_idle
from .lock import only_migrator


@asynccontextmanager
async def connections(url: URL, engine_for: EngineFor) -> AsyncIterator[Open]:
    """Wait for other migrators, then yield a function that opens a connection to *url* for one try.

    Over all tries, whoever holds a lock that is waited for is logged once.
    """
    session = MIGRATION_SESSION | {"lock_timeout": f"{patience.lock_timeout()}ms"}
    async with only_migrator(url) as lock:
        watch = Watch(lock)

        @asynccontextmanager
        async def open_connection() -> AsyncIterator[AsyncConnection]:
            async with (
                connection_to(url, session=session, engine_for=engine_for) as connection,
                watch.over(connection),
            ):
                await stay_while_idle(connection)
                yield connection

        yield open_connection
