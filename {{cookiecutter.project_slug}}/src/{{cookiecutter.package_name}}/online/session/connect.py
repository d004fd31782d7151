"""Connections of their own for migrations: no pool, one per task, errors in one sentence."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, pool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from ..database import driver
from . import identity, stop
from .errors import DatabaseError, Exhausted, Unreachable, sentence_for
from .patience import answer_patience
from .url import load_settings, shown

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from ..interface import EngineFor

T = TypeVar("T")
# Seconds between two looks at a server that starts.
_PAUSE = 0.5


def async_engine(url: URL, **options: Any) -> "AsyncEngine":
    """Return the engine of one connection, for a migration: without a pool.

    *options* are arguments of ``create_async_engine``.
    """
    # Imported late: it brings the ORM, which a short question (``glance.py``) does without.
    from sqlalchemy.ext.asyncio import create_async_engine

    return create_async_engine(url, poolclass=pool.NullPool, **options)


@asynccontextmanager
async def connection_to(
    url: URL,
    *,
    autocommit: bool = False,
    prompt: bool = False,
    session: Mapping[str, str] | None = None,
    engine_for: "EngineFor | None" = None,
) -> "AsyncIterator[AsyncConnection]":
    """Connect to *url* for one task; the connection is closed on every way out.

    *prompt* is for short questions: the server must answer each within
    ``migrations_answer_patience`` seconds. Without it a statement may take as long as it likes.
    *session* are settings of the session (see ``driver.py``): they outlive every transaction.
    *engine_for* makes the engine (``async_engine`` unless said otherwise).
    Raises DatabaseError when no connection can be made (Unreachable where waiting may help) and
    when it breaks; the message never holds the password.
    """
    patience = answer_patience()
    engine = (engine_for or async_engine)(
        url,
        isolation_level="AUTOCOMMIT" if autocommit else None,
        **driver.migration_options(
            identity.MIGRATIONS, answer_within=patience if prompt else None, **(session or {})
        ),
    )
    try:
        connection = await opened(engine.connect().start(), url, patience)
        try:
            yield connection
        except BaseException as error:
            # Closing would wait for an answer, and complain of a connection that broke.
            await connection.invalidate()
            sentence = broken(error, patience)
            if sentence is None:
                raise
            raise sentence from error
        finally:
            await connection.close()
    finally:
        await engine.dispose()


async def opened(connection: Awaitable[T], url: URL, patience: float) -> T:
    """Return the *connection* to *url*; raises DatabaseError where it cannot be made."""
    try:
        async with asyncio.timeout(patience):
            return await connection
    except Exception as error:
        if not isinstance(error, (DBAPIError, OSError)) and driver.refusal(error) is None:
            raise
        raise refused(error, url) from None


def broken(error: BaseException, patience: float) -> DatabaseError | None:
    """Return why a connection of that *patience* broke, in one sentence; None for other errors."""
    if isinstance(error, TimeoutError):
        return DatabaseError(
            f"The database has not answered for {patience:.0f} s: when it does, run the "
            "same command again"
        )
    return sentence_for(error)


def refused(error: Exception, url: URL) -> DatabaseError:
    """Return why no connection to *url* could be made, in one sentence without the password."""
    if isinstance(error, PoolExhausted):
        return Exhausted(
            "The pool is exhausted: each of its connections is in use (pool_size and max_overflow "
            "of the engine say how many there are)"
        )
    reason = driver.refusal(error) or str(getattr(error, "orig", error)) or "nobody answers"
    kind = Unreachable if driver.passes(error) else DatabaseError
    return kind(f"Cannot connect to {shown(url)}: {reason}")


async def wait_for(url: URL, seconds: float) -> None:
    """Wait until the database at *url* lets us in, for at most *seconds*.

    Raises DatabaseError at once where waiting cannot help, such as for a wrong password, and
    Unreachable when the time is up.
    """
    deadline = time.monotonic() + seconds
    while True:
        stop.check()
        try:
            async with connection_to(url, prompt=True):
                return
        except Unreachable:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(_PAUSE)


def engine_options() -> dict[str, Any]:
    """Return the arguments of ``create_async_engine`` for the running service.

    They hold the name by which the contract phase knows which code is still connected.
    """
    return driver.service_options(identity.service_name(), load_settings())
