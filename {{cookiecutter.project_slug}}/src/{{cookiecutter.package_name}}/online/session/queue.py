"""One migrator at a time: how each waits for its turn, whatever the lock is made of."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from . import stop
from .errors import DatabaseError
from .url import load_settings

# Seconds between two looks: a short question to the database, beside a migration of somebody else's.
_PAUSE = 0.25


async def wait_for_turn(
    take: Callable[[], Awaitable[bool]], holder: Callable[[], Awaitable[str]]
) -> None:
    """Try to *take* the lock, again and again until it is ours.

    Raises DatabaseError that names the *holder* after ``migrations_queue_patience`` seconds.
    """
    patience = load_settings().migrations_queue_patience
    deadline = time.monotonic() + patience
    while not await take():
        stop.check()
        if time.monotonic() > deadline:
            raise DatabaseError(
                f"Another migration has been running for more than {patience:.0f} s: "
                f"{await holder()}. Run the same command again when it has ended"
            )
        await asyncio.sleep(_PAUSE)
