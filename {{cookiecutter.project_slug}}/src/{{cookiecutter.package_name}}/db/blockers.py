"""Who a migration waits for: read from a second connection, logged once."""

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

log = logging.getLogger("alembic.runtime.migration")

_PAUSE = 0.05
_BLOCKERS = sa.text(
    "SELECT pid, application_name, state, "
    "extract(epoch FROM now() - xact_start)::float AS age, query "
    "FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids(:pid))"
)
_LITERALS = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")


class Blockers:
    """Logs each session that a migration waits for, once, over all its tries."""

    def __init__(self, watcher: AsyncConnection) -> None:
        """Take a connection to look from, in autocommit."""
        self._watcher = watcher
        self._seen: set[int] = set()

    @asynccontextmanager
    async def of(self, connection: AsyncConnection) -> AsyncIterator[None]:
        """While the body runs on *connection*, log the sessions that it waits for."""
        pid = await connection.scalar(sa.text("SELECT pg_backend_pid()"))
        # A statement before Alembic's configure() must not leave a transaction open.
        await connection.rollback()
        done = asyncio.Event()
        task = asyncio.create_task(self._watch(int(pid or 0), done))
        try:
            yield
        finally:
            # Not cancelled: that would break the connection in the middle of its query.
            done.set()
            await task

    async def _watch(self, pid: int, done: asyncio.Event) -> None:
        while not done.is_set():
            try:
                rows = (await self._watcher.execute(_BLOCKERS, {"pid": pid})).all()
            except (DBAPIError, OSError):
                return  # To know who blocks is no reason to stop.
            for row in rows:
                if row.pid not in self._seen:
                    log.warning("Waiting for %s", _described(row))
                    self._seen.add(row.pid)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), _PAUSE)


def _described(row: sa.Row[Any]) -> str:
    """Return pid, name, state, age and statement, with the values in the statement left out."""
    statement = " ".join(_LITERALS.sub("…", row.query or "").split())[:120]
    since = "" if row.age is None else f", in a transaction for {row.age:.1f} s"
    name = row.application_name or "no application name"
    return f"pid {row.pid} ({name}, {row.state}{since}): {statement}"
