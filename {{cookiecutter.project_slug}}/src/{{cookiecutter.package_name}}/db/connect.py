"""Connections of their own for migrations: no pool, one per task, errors in one sentence."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from sqlalchemy import URL, pool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from . import driver, stop
from .errors import DatabaseError, Unreachable, told
from .identity import MIGRATIONS
from .patience import answer_patience

_PAUSE = 0.5


@asynccontextmanager
async def connection_to(
    url: URL,
    *,
    autocommit: bool = False,
    prompt: bool = False,
    session: Mapping[str, str] | None = None,
) -> AsyncIterator[AsyncConnection]:
    """Connect to *url* for one task; the connection is closed on every way out.

    *prompt* is for short questions: the server must answer each within
    ``migrations_answer_patience`` seconds. Without it a statement may take as long as it likes.
    *session* are settings of the session (see ``driver.py``): they outlive every transaction.
    Raises DatabaseError when no connection can be made (Unreachable where waiting may help) and
    when it breaks; the message never holds the password.
    """
    patience = answer_patience()
    engine = create_async_engine(
        url,
        poolclass=pool.NullPool,
        isolation_level="AUTOCOMMIT" if autocommit else None,
        **driver.migration_options(
            MIGRATIONS, answer_within=patience if prompt else None, **(session or {})
        ),
    )
    try:
        connection = await _open(engine.connect(), url, patience)
        try:
            yield connection
        except BaseException as error:
            # Closing would wait for an answer, and complain of a connection that broke.
            await connection.invalidate()
            if isinstance(error, TimeoutError):
                raise DatabaseError(
                    f"The database has not answered for {patience:.0f} s: when it does, run the "
                    "same command again"
                ) from None
            sentence = told(error)
            if sentence is None:
                raise
            raise sentence from error
        finally:
            await connection.close()
    finally:
        await engine.dispose()


async def _open(connection: AsyncConnection, url: URL, patience: float) -> AsyncConnection:
    try:
        async with asyncio.timeout(patience):
            return await connection.start()
    except (DBAPIError, OSError) as error:
        raise refused(error, url) from None


def refused(error: Exception, url: URL) -> DatabaseError:
    """Return why no connection to *url* could be made, in one sentence without the password."""
    reason = driver.refusal(error) or str(getattr(error, "orig", error)) or "nobody answers"
    where = url.set(password=None, query={}).render_as_string(hide_password=True)
    kind = Unreachable if driver.passes(error) else DatabaseError
    return kind(f"Cannot connect to {where}: {reason}")


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
