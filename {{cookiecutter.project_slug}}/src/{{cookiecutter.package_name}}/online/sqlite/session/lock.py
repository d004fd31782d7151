"""One migrator at a time: an exclusive lock of the operating system on a file beside the database.

The lock goes with the process that holds it, so a killed one never leaves it behind; the file
stays, and holds the number of the last process that migrated.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO

import portalocker
from sqlalchemy import URL

from ...session.connect import connection_to
from ...session.queue import wait_for_turn
from .files import beside, path_of

_EXCLUSIVE = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING


@asynccontextmanager
async def only_migrator(url: URL) -> AsyncIterator[None]:
    """Wait until no other process migrates the database at *url*, and keep others waiting.

    Raises DatabaseError that names the holder after ``migrations_queue_patience`` seconds, and
    where the database's file cannot be opened.
    """
    async with connection_to(url, prompt=True):
        pass
    path = beside(path_of(url), "migrating")
    # Never closed while held: that would let go of the lock.
    with path.open("a+", encoding="utf-8") as file:
        await _acquire(file)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


async def _acquire(file: IO[str]) -> None:
    async def take() -> bool:
        try:
            portalocker.lock(file, _EXCLUSIVE)
        except portalocker.AlreadyLocked:
            return False
        return True

    async def holder() -> str:
        file.seek(0)
        return f"process {file.read().strip() or 'of a number not yet known'}"

    await wait_for_turn(take, holder)
