"""Beside a migration: who it waits for, logged once, and whether it may go on.

Both are asked on the connection that holds the lock of ``lock.py``. Where that is lost, another
process may begin to migrate; where the migration's own session is gone, its answer never comes.
Either way the migration ends, instead of going on, or of waiting for ever.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .errors import DatabaseError, told

log = logging.getLogger("alembic.runtime.migration")

_PAUSE = 0.05
# A server that goes down tells every session: the migration's own then says so, in better words.
_GRACE = 0.2
_BLOCKERS = sa.text(
    "SELECT pid, application_name, state, "
    "extract(epoch FROM now() - xact_start)::float AS age, query "
    "FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids(:pid)) OR pid = :pid"
)
_LITERALS = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")


class Blockers:
    """Logs each session that a migration waits for, once, over all its tries."""

    def __init__(self, lock: AsyncConnection) -> None:
        """Take the connection that holds the lock, in autocommit, to look from."""
        self._lock = lock
        self._lost: DatabaseError | None = None
        self._seen: set[int] = set()

    @asynccontextmanager
    async def of(self, connection: AsyncConnection) -> AsyncIterator[None]:
        """While the body runs on *connection*, log the sessions that it waits for.

        Raises DatabaseError where the lock was lost meanwhile.
        """
        session = (await connection.get_raw_connection()).driver_connection
        assert session is not None
        done = asyncio.Event()
        task = asyncio.create_task(self._watch(session, done))
        try:
            yield
        except Exception as error:
            if self._lost is None or told(error) is None:
                raise
            raise self._lost from error
        finally:
            # Not cancelled: that would break the connection in the middle of its query.
            done.set()
            await task

    async def _watch(self, session: Any, done: asyncio.Event) -> None:
        """Look again and again, until *done*; where it may not go on, cut *session* (asyncpg's)."""
        pid = session.get_server_pid()
        while not done.is_set():
            try:
                rows = (await self._lock.execute(_BLOCKERS, {"pid": pid})).all()
            except Exception as error:
                if not await _within(_GRACE, done):
                    self._lost = _in_words(error)
                    session.terminate()
                await self._lock.invalidate()
                return
            if pid not in (row.pid for row in rows):
                session.terminate()
                return
            for row in rows:
                if row.pid not in {pid, *self._seen}:
                    log.warning("Waiting for %s", _described(row))
                    self._seen.add(row.pid)
            await _within(_PAUSE, done)


async def _within(seconds: float, done: asyncio.Event) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(done.wait(), seconds)
    return done.is_set()


def _in_words(error: Exception) -> DatabaseError:
    what = "does not answer" if isinstance(error, TimeoutError) else "was lost"
    return DatabaseError(
        f"The session that keeps other migrations away {what}, so this one was ended. What is done "
        "stays done; when that is mended, run the same command again"
    )


def _described(row: sa.Row[Any]) -> str:
    """Return pid, name, state, age and statement, with the values in the statement left out."""
    statement = " ".join(_LITERALS.sub("…", row.query or "").split())[:120]
    since = "" if row.age is None else f", in a transaction for {row.age:.1f} s"
    name = row.application_name or "no application name"
    return f"pid {row.pid} ({name}, {row.state}{since}): {statement}"
