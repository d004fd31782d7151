"""Catches a contract that runs although nobody could see whether old code is connected."""

import secrets
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.online.deploy import upgrade
from {{ cookiecutter.package_name }}.online.mysql.session import blockers, driver
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import OldCodeConnected

from ..support import DATABASE, Database, Sandbox, book


@pytest.fixture
async def migrator(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """Let a user migrate that is not the service's, and sees nobody else."""
    name = f"m_{secrets.token_hex(6)}"
    user = f"'{name}'@'localhost'"
    await database.execute(
        f"CREATE USER {user} IDENTIFIED BY 'secret'",
        f"GRANT ALL PRIVILEGES ON {database.url.database}.* TO {user}",
    )
    url = database.url.set(username=name, password="secret")
    monkeypatch.setenv("MIGRATIONS_DATABASE_URL", url.render_as_string(hide_password=False))
    yield user
    await database.execute(f"DROP USER {user}")


async def test_a_user_who_sees_nobody(migrator: str, door: Sandbox, database: Database) -> None:
    door.revise(book(), "base")
    info = {"backfill": DATABASE.PER_ROW}
    door.revise(book(sa.Column("title", sa.String(20), nullable=False, info=info)), "title")
    await upgrade.upgrade(phase="expand")
    with pytest.raises(OldCodeConnected, match="Grant it the right PROCESS"):
        await upgrade.upgrade(phase="contract")
    await database.execute(f"GRANT PROCESS ON *.* TO {migrator}")
    assert len(await upgrade.upgrade(phase="contract")) == 1


async def test_a_user_who_sees_no_locks_is_told_of_none(migrator: str, database: Database) -> None:
    url = database.url.set(username=migrator.split("'")[1], password="secret")
    async with connection_to(url, autocommit=True) as connection:
        own = int(await connection.scalar(sa.text("SELECT CONNECTION_ID()")) or 0)
        assert await blockers.blockers_of(connection, own) == {}


async def test_a_session_that_is_gone(database: Database) -> None:
    async with connection_to(database.url, autocommit=True) as connection:
        assert await blockers.blockers_of(connection, 2**31) is None


def test_a_disk_that_is_full_by_another_number() -> None:
    error = sa.exc.DBAPIError("", {}, Exception(1030, 'Got error 28 "No space left" from engine'))
    assert (driver.fault(error) or "").startswith("the server's disk is full")
