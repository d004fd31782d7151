"""Catches a note of what was applied that is not true: after an upgrade, a way back, a stamp, a fault."""

from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online import service
from {{ cookiecutter.package_name }}.online.deploy import applied
from {{ cookiecutter.package_name }}.online.deploy.applied import Applied, read
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import NOTED, VERSION_TABLE, Database, Sandbox, book


async def rows(database: Database) -> dict[str, Applied]:
    """Return what is noted, by revision."""
    async with connection_to(database.url) as connection:
        return await connection.run_sync(read)


@pytest.fixture
def history(sandbox: Sandbox) -> list[str]:
    """Write three revisions."""
    first = sandbox.revise_first(book())
    return [first.revision, *(sandbox.by_hand("    pass\n", n).revision for n in ("two", "three"))]


async def test_up_and_down(history: list[str], sandbox: Sandbox, database: Database) -> None:
    assert await rows(database) == {}
    sandbox.upgrade()
    noted = await rows(database)
    assert set(noted) == set(history)
    assert {row.service for row in noted.values()} == {service.SLUG}
    assert all(len(row.source or "") == len(row.code or "") == 64 for row in noted.values())
    sandbox.downgrade("-2")
    assert set(await rows(database)) == {history[0]}
    sandbox.downgrade("base")
    assert await rows(database) == {}
    sandbox.upgrade()
    assert await rows(database) == noted


async def test_stamped(history: list[str], sandbox: Sandbox, database: Database) -> None:
    first, second, third = history
    config = sandbox.config()
    command.stamp(config, second)
    assert set(await rows(database)) == {first, second}
    command.stamp(config, third)
    assert set(await rows(database)) == {first, second, third}
    command.stamp(config, first)
    assert set(await rows(database)) == {first}
    await database.execute(f"INSERT INTO {NOTED[1]} (version_num, service) VALUES ('gone', 'x')")
    command.stamp(config, second, purge=True)
    assert set(await rows(database)) == {first, second}
    command.stamp(config, "base")
    assert await rows(database) == {}


async def test_branches_and_their_merge(
    history: list[str], sandbox: Sandbox, database: Database
) -> None:
    other = command.revision(sandbox.config(), "other", head=history[0], splice=True)
    merge = command.merge(sandbox.config(), "heads", "both")
    names = {getattr(script, "revision", "") for script in (other, merge)}
    sandbox.upgrade()
    assert set(await rows(database)) == names | set(history)
    sandbox.downgrade(history[-1])
    assert set(await rows(database)) == {*history, getattr(other, "revision", "")}
    command.stamp(sandbox.config(), history[0])
    assert set(await rows(database)) == {history[0]}
    command.stamp(sandbox.config(), "heads")
    assert set(await rows(database)) == names | set(history)


async def test_a_failed_revision_is_not_noted(
    history: list[str], sandbox: Sandbox, database: Database
) -> None:
    sandbox.by_hand("    op.execute('SELECT * FROM nowhere')\n")
    with pytest.raises(DatabaseError, match="nowhere"):
        sandbox.upgrade()
    assert set(await rows(database)) == set(history)


async def test_it_is_noted_with_the_revision_itself(
    history: list[str], sandbox: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that ends between the two leaves neither."""
    sandbox.upgrade(history[0])

    def fail(*_: Any) -> None:
        raise DatabaseError("cut off")

    monkeypatch.setattr(applied, "_checksums", fail)
    with pytest.raises(DatabaseError, match="cut off"):
        sandbox.upgrade()
    assert await database.values(f"SELECT version_num FROM {VERSION_TABLE}") == [history[0]]
    assert set(await rows(database)) == {history[0]}


async def test_on_a_connection_handed_over(
    history: list[str], sandbox: Sandbox, database: Database
) -> None:
    async with connection_to(database.url) as connection:
        await connection.run_sync(lambda c: command.upgrade(sandbox.config(connection=c), "head"))
    assert set(await rows(database)) == set(history)


async def test_offline(history: list[str], sandbox: Sandbox, database: Database) -> None:
    await database.run_script(sandbox.sql())
    noted = await rows(database)
    assert set(noted) == set(history)
    sandbox.downgrade("base")
    sandbox.upgrade()
    assert await rows(database) == noted


async def test_left_out(
    history: list[str], sandbox: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIGRATIONS_CHECKSUMS", "false")
    assert NOTED[1] not in sandbox.sql()
    sandbox.upgrade(history[1])
    assert await database.values(f"SELECT count(*) FROM {VERSION_TABLE}") == [1]
    with pytest.raises(Exception, match="_applied"):
        await database.values(f"SELECT * FROM {NOTED[1]}")
    monkeypatch.delenv("MIGRATIONS_CHECKSUMS")
    sandbox.upgrade()
    assert set(await rows(database)) == {history[2]}
    # What is there is kept true.
    monkeypatch.setenv("MIGRATIONS_CHECKSUMS", "false")
    sandbox.downgrade("-1")
    assert await rows(database) == {}


async def test_nobody_else_sees_it(
    history: list[str], sandbox: Sandbox, database: Database
) -> None:
    sandbox.upgrade()
    assert not any("alembic" in line for line in await database.schema())
    command.check(sandbox.config(book()))
    assert sandbox.revise(book()) == []
    assert len(sandbox.revise(book(sa.Column("note", sa.Text)))) == 1
