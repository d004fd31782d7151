"""Beside a migration: who it waits for, logged once, and whether it may go on.

Both are asked on the connection that holds the lock of ``lock.py``. Where that is lost, another
process may begin to migrate; where the migration's own session is gone, its answer never comes.
Either way the migration ends, instead of going on, or of waiting for ever.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from ..database import blockers
from ..session.errors import DatabaseError, sentence_for

log = logging.getLogger("alembic.runtime.migration")

# A server that goes down tells every session: the migration's own then says so, in better words.
_GRACE = 0.2


class Watch:
    """Logs each session that a migration waits for, once, over all its tries."""

    def __init__(self, lock: AsyncConnection) -> None:
        """Take the connection that holds the lock, in autocommit, to look from."""
        self._lock = lock
        self._lost: DatabaseError | None = None
        self._seen: set[int] = set()

    @asynccontextmanager
    async def over(self, connection: AsyncConnection) -> AsyncIterator[None]:
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
            if self._lost is None or sentence_for(error) is None:
                raise
            raise self._lost from error
        finally:
            # Not cancelled: that would break the connection in the middle of its query.
            done.set()
            await task

    async def _watch(self, session: Any, done: asyncio.Event) -> None:
        """Look again and again, until *done*; where it may not go on, cut the driver's *session*."""
        while not done.is_set():
            try:
                found = await blockers.blockers_of(self._lock, blockers.id_of(session))
            except Exception as error:
                if not await _within(_GRACE, done):
                    self._lost = _in_words(error)
                    blockers.cut(session)
                await self._lock.invalidate()
                return
            if found is None:
                blockers.cut(session)
                return
            for blocker in sorted(found.keys() - self._seen):
                log.warning("Waiting for %s", found[blocker])
                self._seen.add(blocker)
            await _within(blockers.PAUSE, done)


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
