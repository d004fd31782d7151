"""Catches migrations that run from the project's folder, by the command line, and nowhere else.

The door of a running service has to work from any directory, inside an event loop and outside,
on a connection that is handed over, and offline.
"""

import asyncio
import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.db.config import alembic_config, scripts
from {{ cookiecutter.package_name }}.db.connect import connection_to
from {{ cookiecutter.package_name }}.db.upgrade import current, is_current, pending, upgrade

from .support import Database, Sandbox, book


async def test_upgrade_from_another_directory(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    known = [script.revision for script in reversed(list(scripts().walk_revisions()))]
    assert [script.revision for script in await pending()] == known
    assert not await is_current()
    assert [script.revision for script in await upgrade()] == known
    assert await is_current()
    assert await upgrade() == []
    assert set(await current()) == set(scripts().get_heads())


def test_outside_a_loop(database: Database) -> None:
    command.upgrade(alembic_config(), "heads")
    assert asyncio.run(is_current())


async def test_a_database_ahead_of_this_build_lacks_nothing(database_at_head: Database) -> None:
    await database_at_head.execute("UPDATE alembic_version SET version_num = 'of_tomorrow'")
    assert await is_current()


async def test_a_connection_handed_over(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(book())
    sandbox.revise(book(sa.Column("title", sa.Text, nullable=False)))
    async with connection_to(database.url) as connection:
        await connection.run_sync(
            lambda c: command.upgrade(sandbox.config(connection=c), "head")
        )
    assert await database.values("SELECT title FROM book") == []


async def test_offline_sql_does_what_the_upgrade_does(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(book(sa.Column("title", sa.Text, index=True, comment="100 % cotton")))
    config = sandbox.config()
    config.output_buffer = io.StringIO()
    command.upgrade(config, "head", sql=True)
    assert await database.catalogue() == []
    async with connection_to(database.url, autocommit=True) as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute(config.output_buffer.getvalue())
    command.check(sandbox.config(book(sa.Column("title", sa.Text, index=True, comment="100 % cotton"))))
