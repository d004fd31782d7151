"""Scratch databases that stay on the server from one command to the next, each with a mark.

The mark is in the comment of the database, with the day on which it was last put there. One process
at a time works on a database: it holds an advisory lock there, which goes with its connection.
"""

import datetime
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ...interface import EngineFor
from ...session.connect import connection_to
from ...session.errors import DatabaseError
from .scratch import PREFIX, scratch_server_url

KEPT = f"{PREFIX}kept_"
# One that nobody used for so long is dropped when another is made.
DAYS = 30
_LOCK = "SELECT pg_try_advisory_lock(0)"
_COMMENT = (
    "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
    "WHERE datname = current_database()"
)
_ALL = (
    "SELECT datname, shobj_description(oid, 'pg_database') AS comment FROM pg_database "
    f"WHERE starts_with(datname, '{KEPT}')"
)


@asynccontextmanager
async def kept_database(
    name: str, is_usable: Callable[[str | None], bool], engine_for: EngineFor | None = None
) -> AsyncIterator[AsyncConnection | None]:
    """Open the database *name* for this process alone; it is made anew unless its mark *is_usable*.

    Yields None where another process works on it, or where this user may make none.
    Raises DatabaseError as ``connection_to`` does.
    """
    url = scratch_server_url().set(database=f"{KEPT}{name}")
    async with AsyncExitStack() as stack:
        connection = await _opened(stack, url, engine_for)
        if connection is not None and not is_usable(await connection.run_sync(read_mark)):
            await stack.aclose()
            connection = None
            # Not by force: in this moment it may be another's.
            with suppress(DBAPIError):
                await _on_server(f'DROP DATABASE "{url.database}"')
                connection = await _opened(stack, url, engine_for)
        yield connection


def read_mark(connection: Connection) -> str | None:
    """Return the mark of the database on *connection*."""
    comment = connection.exec_driver_sql(_COMMENT).scalar()
    connection.rollback()
    mark: str | None = json.loads(comment)["mark"] if comment else None
    return mark


def write_mark(connection: Connection, mark: str | None) -> None:
    """Put *mark* on the database, committed at once; None takes it away."""
    name = connection.exec_driver_sql("SELECT quote_ident(current_database())").scalar()
    comment = json.dumps({"used": f"{datetime.date.today()}", "mark": mark}).replace("'", "''")
    connection.exec_driver_sql(f"COMMENT ON DATABASE {name} IS '{comment}'")
    connection.commit()


async def _opened(
    stack: AsyncExitStack, url: URL, engine_for: EngineFor | None
) -> AsyncConnection | None:
    """Return a connection that holds the lock, to a database that is made if there is none."""

    def connecting() -> AbstractAsyncContextManager[AsyncConnection]:
        # Nobody waits for the disk: what is lost is made again.
        return connection_to(url, session={"synchronous_commit": "off"}, engine_for=engine_for)

    try:
        connection = await stack.enter_async_context(connecting())
    except DatabaseError:
        try:
            await _drop_unused()
            await _on_server(f'CREATE DATABASE "{url.database}" TEMPLATE template0')
        except DBAPIError:
            return None
        connection = await stack.enter_async_context(connecting())
    is_ours = (await connection.exec_driver_sql(_LOCK)).scalar()
    await connection.rollback()
    return connection if is_ours else None


async def _drop_unused() -> None:
    """Drop those of projects that are gone."""
    limit = f"{datetime.date.today() - datetime.timedelta(days=DAYS)}"
    async with connection_to(scratch_server_url(), autocommit=True) as connection:
        for kept in (await connection.exec_driver_sql(_ALL)).all():
            if kept.comment and json.loads(kept.comment)["used"] < limit:
                with suppress(DBAPIError):
                    await connection.exec_driver_sql(f'DROP DATABASE "{kept.datname}"')


async def _on_server(statement: str) -> None:
    async with connection_to(scratch_server_url(), autocommit=True) as connection:
        await connection.exec_driver_sql(statement)
