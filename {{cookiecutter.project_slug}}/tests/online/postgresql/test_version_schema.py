"""Catches a version table in a schema that nobody makes, or that a way back would take along."""

from pathlib import Path

import pytest
from alembic import command

from {{ cookiecutter.package_name }}.online.service import ownership
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.write.prove import prove

from ..planned import typed
from ..support import Database, Sandbox, book

SCHEMA = "SELECT count(*) FROM pg_namespace WHERE nspname = 'shop'"


@pytest.fixture(autouse=True)
def in_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service note its revisions in the schema of its tables."""
    monkeypatch.setattr(ownership, "VERSION_TABLE", "shop.revisions", raising=False)


async def test_the_schema_is_the_models_own(door: Sandbox, database: Database) -> None:
    models = book(schema="shop")
    [written] = door.revise(models)
    assert "create_schema" not in Path(written.path).read_text(encoding="utf-8")
    assert [one.goes_back for one in await prove(models)] == [True]
    # A look makes nothing.
    assert (await typed("check")).exit_code == 1
    assert (await typed("plan")).exit_code == 0
    assert await database.values(SCHEMA) == [0]
    door.upgrade()
    command.check(door.config(models))
    door.downgrade("base")
    assert await database.values("SELECT version_num FROM shop.revisions") == []
    door.upgrade()
    assert (await typed("check")).output == "the database is current\n"


async def test_a_first_revision_without_a_database(door: Sandbox) -> None:
    written = door.revise_first(book(schema="shop"))
    assert "create_schema" not in Path(written.path).read_text(encoding="utf-8")


async def test_who_may_make_no_schema_may_use_one(door: Sandbox, database: Database) -> None:
    door.revise_first(book())
    name = f"user_{database.url.database}"[:60]
    await database.execute(
        f"CREATE ROLE \"{name}\" LOGIN PASSWORD 'secret'",
        f'CREATE SCHEMA shop AUTHORIZATION "{name}"',
        f'GRANT CREATE ON SCHEMA public TO "{name}"',
    )
    theirs = database.url.set(username=name, password="secret")
    try:
        async with connection_to(theirs) as connection:
            await connection.run_sync(lambda c: command.upgrade(door.config(connection=c), "head"))
        assert await database.values("SELECT count(*) FROM shop.revisions") == [1]
    finally:
        await database.execute(f'DROP OWNED BY "{name}"', f'DROP ROLE "{name}"')


async def test_offline_it_is_made_once(door: Sandbox) -> None:
    first = door.revise_first(book()).revision
    second = door.by_hand("    pass\n").revision
    assert door.sql().count("CREATE SCHEMA IF NOT EXISTS shop;") == 1
    assert "CREATE SCHEMA" not in door.sql(f"{first}:{second}")
