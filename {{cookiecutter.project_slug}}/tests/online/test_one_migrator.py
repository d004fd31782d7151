"""Catches two migrations of one database at once, and one that waits for ever."""

import pytest

from {{ cookiecutter.package_name }}.online.database import migrating
from {{ cookiecutter.package_name }}.online.session.connect import async_engine
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import Database, Sandbox, book


async def test_the_second_waits_and_then_gives_up(
    sandbox: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIGRATIONS_QUEUE_PATIENCE", "1")
    sandbox.revise(book())
    async with migrating.connections(database.url, async_engine):
        with pytest.raises(DatabaseError, match="Another migration has been running for more"):
            sandbox.upgrade()
    sandbox.upgrade()
    assert await database.values("SELECT count(*) FROM book") == [0]
