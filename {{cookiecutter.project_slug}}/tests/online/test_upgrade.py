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

from {{ cookiecutter.package_name }}.online.deploy import upgrade
from {{ cookiecutter.package_name }}.online.session import scripts as config
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import VERSION_TABLE, Database, Sandbox, book


def title() -> sa.Column[str]:
    """Return a column with an index, and with a percent sign in its comment."""
    return sa.Column("title", sa.String(100), index=True, comment="100 % cotton")


@pytest.fixture
def two_revisions(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the door lead to a history of two revisions; return their identifiers."""
    scripts = [*sandbox.revise(book()), *sandbox.revise(book(title()))]
    for module in (config, upgrade):
        monkeypatch.setattr(module, "alembic_config", sandbox.config)
    return [script.revision for script in scripts]


async def test_pending_shrinks_by_what_is_applied(two_revisions: list[str]) -> None:
    first, second = two_revisions
    assert [script.revision for script in await upgrade.pending()] == [first, second]
    assert [script.revision for script in await upgrade.upgrade(first)] == [first]
    assert [script.revision for script in await upgrade.pending()] == [second]
    assert not await upgrade.is_current()
    assert [script.revision for script in await upgrade.upgrade()] == [second]
    assert await upgrade.is_current()
    assert await upgrade.current() == (second,)
    assert await upgrade.upgrade() == []


async def test_upgrade_from_another_directory(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert await upgrade.upgrade()
    assert await upgrade.is_current()
    assert set(await upgrade.current()) == set(config.scripts().get_heads())


def test_outside_a_loop(database: Database) -> None:
    command.upgrade(config.alembic_config(), "heads")
    assert asyncio.run(upgrade.is_current())


async def test_a_database_ahead_of_this_build_lacks_nothing(database_at_head: Database) -> None:
    await database_at_head.execute(f"UPDATE {VERSION_TABLE} SET version_num = 'of_tomorrow'")
    assert await upgrade.is_current()


async def test_what_came_before_a_failure_stays(sandbox: Sandbox, database: Database) -> None:
    [first] = sandbox.revise(book())
    [second] = sandbox.revise(book(title()))
    failing = Path(second.path)
    text = failing.read_text(encoding="utf-8")
    change = '"""Apply the change."""'
    failing.write_text(text.replace(change, f"{change}\n    op.execute('SELECT * FROM nowhere')"))
    with pytest.raises(DatabaseError, match=rf"Stopped in revision {second.revision}.*nowhere"):
        sandbox.upgrade()
    assert await database.values(f"SELECT version_num FROM {VERSION_TABLE}") == [first.revision]


async def test_a_connection_handed_over(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(book())
    sandbox.revise(book(sa.Column("title", sa.String(100), nullable=False)))
    async with connection_to(database.url) as connection:
        await connection.run_sync(lambda c: command.upgrade(sandbox.config(connection=c), "head"))
    assert await database.values("SELECT title FROM book") == []


async def test_offline_sql_does_what_the_upgrade_does(sandbox: Sandbox, database: Database) -> None:
    models = book(title())
    sandbox.revise(models)
    offline = sandbox.config()
    offline.output_buffer = io.StringIO()
    command.upgrade(offline, "head", sql=True)
    assert await database.schema() == []
    await database.run_script(offline.output_buffer.getvalue())
    command.check(sandbox.config(models))
