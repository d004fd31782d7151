"""Which locks each statement of a revision takes on tables that were there before it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from invoice_service.online.session.connect import connection_to
from sqlalchemy import URL, Connection

# The proof of the generated service, from the service's folder.
from tests.online.postgresql.proof.judge import Existing, locks_of
from tests.online.postgresql.proof.look import MARK, SCHEMA
from tests.online.postgresql.proof.server import existing_tables, set_up
from tests.online.postgresql.proof.watch import Statement, watching

# An UPDATE outside a transaction has let go of its locks when it returns.
TELL = f"""
    CREATE FUNCTION {SCHEMA}.tell_update() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE INFO '{MARK}%', {SCHEMA}.look();
        RETURN NULL;
    END $$
"""

Taken = list[tuple[str, dict[str, str]]]


async def taken(url: URL, config: Config, revision: str, versions: Path) -> Taken:
    """Upgrade to *revision*; return its statements that lock existing tables, with the locks."""

    def run(connection: Connection) -> Taken:
        with watching(connection, versions) as watch:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        return list(_locking(watch.statements, existing))

    async with connection_to(url, autocommit=True) as connection:
        existing = await existing_tables(connection)
        for table in existing.values():
            await connection.exec_driver_sql(
                f"CREATE OR REPLACE TRIGGER {SCHEMA} AFTER UPDATE ON {table.name} "
                f"EXECUTE FUNCTION {SCHEMA}.tell_update()"
            )
    async with connection_to(url) as connection:
        return await connection.run_sync(run)


async def prepare(url: URL) -> None:
    """Set the watch up: triggers that report from inside statements."""
    await set_up(url)
    async with connection_to(url, autocommit=True) as connection:
        await connection.exec_driver_sql(TELL)


def _locking(
    statements: Sequence[Statement], existing: dict[int, Existing]
) -> Iterator[tuple[str, dict[str, str]]]:
    for statement in statements:
        locks = locks_of(statement, existing)
        # Readers take ACCESS SHARE, which nothing but ACCESS EXCLUSIVE minds.
        strong = {table: lock for table, lock in locks.items() if lock != "ACCESS SHARE"}
        if strong:
            yield statement.sql, strong
