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

# What went wrong when nobody answers, or says no: SQLSTATE -> what helps (PostgreSQL docs,
# appendix A).
_REFUSALS = {
    "28P01": "the user name or the password is wrong",
    "28000": "the server does not let this user in",
    "3D000": "the database does not exist",
    "53300": "the server has no connection left",
    "57P03": "the server is still starting",
}
# What PgBouncer says of settings that would outlive the transaction (SQLSTATE 08P01).
_POOLER_REFUSES = "unsupported startup parameter"
# Of these, the ones that pass by themselves.
_PASSING = ("53300", "57P03")
_PAUSE = 0.5


@asynccontextmanager
async def connection_to(
    url: URL, *, autocommit: bool = False, **session: str
) -> AsyncIterator[AsyncConnection]:
    """Connect to *url* for one task; the connection is closed on every way out.

    *session* are settings of the session, such as ``lock_timeout="200ms"``: they outlive every
    transaction, and RESET returns to them.
    Raises DatabaseError when no connection can be made (Unreachable where waiting may help) and
    when it breaks; the message never holds the password.
    """
    engine = create_async_engine(
        url,
        poolclass=pool.NullPool,
        isolation_level="AUTOCOMMIT" if autocommit else None,
        connect_args={"server_settings": {"application_name": MIGRATIONS} | session},
    )
    try:
        connection = await _open(engine.connect(), url)
        try:
            yield connection
        except DBAPIError as error:
            sentence = told(error)
            if sentence is None:
                raise
            raise sentence from error
        finally:
            await connection.close()
    finally:
        await engine.dispose()


async def _open(connection: AsyncConnection, url: URL) -> AsyncConnection:
    try:
        return await connection.start()
    except (DBAPIError, OSError) as error:
        origin = getattr(error, "orig", error)
        state = getattr(origin, "sqlstate", None) or ""
        reason = _REFUSALS.get(state) or str(origin) or type(origin).__name__
        if reason.startswith(_POOLER_REFUSES):
            reason += " (a pooler answers: give migrations a direct URL in MIGRATIONS_DATABASE_URL)"
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
            async with connection_to(url):
                return
        except Unreachable:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(_PAUSE)
