"""The connections that a migration runs on: one migrator at a time, and bounded waits for the file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL

from ...interface import EngineFor, Open
from ...session import patience
from ...session.connect import connection_to
from .driver import MIGRATION_SESSION
from .lock import only_migrator


@asynccontextmanager
async def connections(url: URL, engine_for: EngineFor) -> AsyncIterator[Open]:
    """Wait for other migrators, then yield a function that opens a connection to *url* for one try."""
    session = MIGRATION_SESSION | {"busy_timeout": str(patience.lock_timeout())}
    async with only_migrator(url):
        yield lambda: connection_to(url, session=session, engine_for=engine_for)
