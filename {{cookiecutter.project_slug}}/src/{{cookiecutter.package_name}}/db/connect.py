"""Connections of their own for migrations: no pool, one per task, errors in one sentence."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL, pool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from . import stop
from .errors import DatabaseError, Unreachable, told
from .identity import MIGRATIONS
from .url import load_settings

# What went wrong when nobody answers, or says no: SQLSTATE -> what helps (PostgreSQL docs,
# appendix A).
_REFUSALS = {
    "28P01": "the user name or the password is wrong",
    "28000": "the server does not let this user in",
    "3D000": "the database does not exist",
    "53300": "the server has no connection left",
    "57P03": "the server is still starting",
}
# Of these, the ones that pass by themselves.
_PASSING = ("53300", "57P03")
_PAUSE = 0.5
# The server looks every minute whether we are there, and lets go of us 30 s later. So a lock never
# outlives its client by more, and no firewall forgets a connection that waits for a long statement
# (seconds; PostgreSQL docs, 19.3.2).
_KEEPALIVE = {
    "tcp_keepalives_idle": "60",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}


@asynccontextmanager
async def connection_to(
    url: URL, *, autocommit: bool = False, prompt: bool = False, **session: str
) -> AsyncIterator[AsyncConnection]:
    """Connect to *url* for one task; the connection is closed on every way out.

    *prompt* is for short questions: the server must answer each within
    ``migrations_answer_patience`` seconds. Without it a statement may take as long as it likes.
    *session* are settings of the session, such as ``lock_timeout="200ms"``: they outlive every
    transaction, and RESET returns to them.
    Raises DatabaseError when no connection can be made (Unreachable where waiting may help) and
    when it breaks; the message never holds the password.
    """
    patience = load_settings().migrations_answer_patience
    engine = create_async_engine(
        url,
        poolclass=pool.NullPool,
        isolation_level="AUTOCOMMIT" if autocommit else None,
        connect_args={
            "server_settings": {"application_name": MIGRATIONS} | _KEEPALIVE | session,
            "command_timeout": patience if prompt else None,
        },
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
        origin = getattr(error, "orig", error)
        state = getattr(origin, "sqlstate", None) or ""
        reason = _REFUSALS.get(state) or str(origin) or "nobody answers"
        where = url.set(password=None, query={}).render_as_string(hide_password=True)
        passes = state in _PASSING or isinstance(origin, OSError)
        kind = Unreachable if passes else DatabaseError
        raise kind(f"Cannot connect to {where}: {reason}") from None


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
