"""The scratch database: prepared for watching, and asked for what is there before a revision."""

from collections.abc import Sequence

from alembic.util import CommandError
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from {{ cookiecutter.package_name }}.online.session.connect import connection_to

from . import sql
from .judge import Existing
from .look import SETUP
from .schema import Table
from .system_catalogs import NAMES, rows_of

# pg_stat_force_next_flush, and counters in shared memory, came with it.
OLDEST_VERSION = 150000
# On a few rows the planner would scan where it takes the index of a large table. Told not to, it
# thinks every query dear enough to compile, which takes far longer than to run it.
_SETTINGS = (
    "enable_seqscan = off",
    "enable_indexonlyscan = off",
    "jit = off",
    "synchronous_commit = off",
)


async def set_up(url: URL) -> None:
    """Prepare the database at *url*. Raises CommandError where the server cannot be watched."""
    async with connection_to(url, autocommit=True) as connection:
        version = (await connection.exec_driver_sql("SHOW server_version_num")).scalar_one()
        if int(version) < OLDEST_VERSION:
            raise CommandError("The proof needs PostgreSQL 15 or newer on SCRATCH_DATABASE_URL.")
        try:
            for statement in SETUP:
                await connection.exec_driver_sql(statement)
        except DBAPIError as error:
            if sql.sqlstate(error) != sql.INSUFFICIENT_PRIVILEGE:
                raise
            raise CommandError(
                "The proof watches revisions through an event trigger, so the role in "
                "SCRATCH_DATABASE_URL must be a superuser of that server; without the variable "
                "the embedded server is used."
            ) from None
        for setting in _SETTINGS:
            await connection.exec_driver_sql(f"ALTER DATABASE {url.database} SET {setting}")


async def existing_tables(connection: AsyncConnection) -> dict[int, Existing]:
    """Return the tables by oid, with their rows counted; partitions are tables of their own."""
    names: dict[int, str] = dict(await rows_of(connection, NAMES))
    counts = [f"SELECT {oid}, count(*) FROM {name}" for oid, name in names.items()]
    if not counts:
        return {}
    rows: dict[int, int] = dict(await rows_of(connection, " UNION ALL ".join(counts)))
    return {
        oid: Existing(name.replace('"', "").removeprefix("public."), rows[oid])
        for oid, name in names.items()
    }


async def empty_tables(connection: AsyncConnection, tables: Sequence[Table]) -> set[int]:
    """Return the oids of those *tables* that have no rows."""
    queries = [f"SELECT {table.oid} WHERE NOT EXISTS (SELECT FROM {table.sql})" for table in tables]
    rows = await rows_of(connection, " UNION ALL ".join(queries)) if queries else ()
    return {row[0] for row in rows}


async def flush_counters(connection: AsyncConnection) -> None:
    """Publish what this session has read and written, so that it is not taken for another's."""
    await connection.exec_driver_sql("SELECT pg_stat_force_next_flush()")
