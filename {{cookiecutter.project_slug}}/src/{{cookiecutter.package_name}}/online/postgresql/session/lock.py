"""One migrator at a time: a session advisory lock on a connection of its own.

The lock is polled. A session that waits inside ``pg_advisory_lock`` holds a snapshot, for which
CREATE INDEX CONCURRENTLY of the migrator would wait in turn: a deadlock.
"""

import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from ...service import PACKAGE
from ...session.connect import connection_to
from ...session.queue import wait_for_turn
from .idleness import stay_while_idle

# The key has two halves of 31 bits each. The first, "migr" in ASCII, is that of all our locks. The
# second is the service's: two in one database do not wait for each other. It never changes, wherever
# this file may move to: migrators of two releases would run side by side.
_KEY = {"first": 0x6D696772, "second": zlib.crc32(f"{PACKAGE}.db".encode()) & 0x7FFFFFFF}
_TAKE = sa.text("SELECT pg_try_advisory_lock(:first, :second)")
_HOLDER = sa.text(
    "SELECT pid, application_name, client_addr, now() - backend_start AS age "
    "FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND granted AND classid = :first AND objid = :second "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@asynccontextmanager
async def only_migrator(url: URL) -> AsyncIterator[AsyncConnection]:
    """Wait until no other process migrates the database at *url*, and keep others waiting.

    Yields the connection that holds the lock, in autocommit: who migrates must stop without it.

    Raises DatabaseError that names the holder after ``migrations_queue_patience`` seconds. The
    lock goes with the connection, so a killed process never leaves it behind.
    """
    async with connection_to(url, autocommit=True, prompt=True) as connection:
        await _acquire(connection)
        yield connection


async def _acquire(connection: AsyncConnection) -> None:
    async def take() -> bool:
        return bool(await connection.scalar(_TAKE, _KEY))

    async def holder() -> str:
        found = (await connection.execute(_HOLDER, _KEY)).first()
        return "it has just ended" if found is None else _description(found)

    await stay_while_idle(connection)
    await wait_for_turn(take, holder)


def _description(holder: sa.Row[Any]) -> str:
    name = holder.application_name or "no application name"
    place = holder.client_addr or "this machine"
    return f"pid {holder.pid} ({name}, from {place}), for {holder.age}"
