"""Connections of their own for migrations: no pool, one per task, errors in one sentence."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL, pool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from .errors import DatabaseError

# What went wrong when nobody answers, or says no: SQLSTATE -> what helps (PostgreSQL docs,
# appendix A).
_REFUSALS = {
    "28P01": "the user name or the password is wrong",
    "28000": "the server does not let this user in",
    "3D000": "the database does not exist",
    "53300": "the server has no connection left",
    "57P03": "the server is still starting",
}


@asynccontextmanager
async def connection_to(
    url: URL, *, autocommit: bool = False, **session: str
) -> AsyncIterator[AsyncConnection]:
    """Connect to *url* for one task; the connection is closed on every way out.

    *session* are settings of the session, such as ``lock_timeout="200ms"``: they outlive every
    transaction, and RESET returns to them.
    Raises DatabaseError when no connection can be made; the message never holds the password.
    """
    engine = create_async_engine(
        url,
        poolclass=pool.NullPool,
        isolation_level="AUTOCOMMIT" if autocommit else None,
        connect_args={"server_settings": session} if session else {},
    )
    try:
        connection = await _open(engine.connect(), url)
        try:
            yield connection
        finally:
            await connection.close()
    finally:
        await engine.dispose()


async def _open(connection: AsyncConnection, url: URL) -> AsyncConnection:
    try:
        return await connection.start()
    except (DBAPIError, OSError) as error:
        origin = getattr(error, "orig", error)
        reason = _REFUSALS.get(getattr(origin, "sqlstate", None) or "") or str(origin)
        where = url.set(password=None, query={}).render_as_string(hide_password=True)
        raise DatabaseError(f"Cannot connect to {where}: {reason}") from None
