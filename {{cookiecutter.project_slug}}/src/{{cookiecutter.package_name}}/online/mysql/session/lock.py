"""One migrator at a time: named locks (GET_LOCK), each on the connection that it belongs to.

One is held by a connection of its own for as long as a command runs. Another is held by the
connection that the statements run on: where a process was killed, the server still finishes its
last statement, and the next migrator waits for that.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from ...service import SLUG
from ...session.connect import connection_to
from ...session.queue import wait_for_turn

_TAKE = sa.text("SELECT GET_LOCK(:name, 0)")
_HOLDER = sa.text("SELECT IS_USED_LOCK(:name)")


@asynccontextmanager
async def only_migrator(url: URL) -> AsyncIterator[AsyncConnection]:
    """Wait until no other process migrates the database at *url*, and keep others waiting.

    Yields the connection that holds the lock, in autocommit: who migrates must stop without it.

    Raises DatabaseError that names the holder after ``migrations_queue_patience`` seconds. The
    lock goes with the connection, so a killed process never leaves it behind.
    """
    async with connection_to(url, autocommit=True, prompt=True) as connection:
        await acquire(connection, "command")
        yield connection


async def acquire(connection: AsyncConnection, what: str) -> None:
    """Take the lock *what* ("command" or "statements") of this service in this database."""
    database = await connection.scalar(sa.text("SELECT DATABASE()"))
    # Locks are the server's, not the database's. A name has at most 64 characters, so that not all of
    # the hash goes into it.
    key = hashlib.sha256(f"{SLUG} {database} {what}".encode()).hexdigest()[:40]
    name = {"name": f"migrations {key}"}

    async def take() -> bool:
        return bool(await connection.scalar(_TAKE, name))

    async def holder() -> str:
        return await _description(connection, await connection.scalar(_HOLDER, name))

    await wait_for_turn(take, holder)


async def _description(connection: AsyncConnection, holder: int | None) -> str:
    for row in (await connection.exec_driver_sql("SHOW PROCESSLIST")).mappings():
        if row["Id"] == holder:
            return f"connection {holder} (user {row['User']}, from {row['Host']})"
    return "it has just ended" if holder is None else f"connection {holder}, of another user"
