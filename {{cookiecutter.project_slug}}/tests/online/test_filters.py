"""Catches autogenerate that reads or drops what is not ours, or loses sight of what is."""

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.write.filters import Filters

from .support import Database, Sandbox, book, upgrades

SKIP = {"skip_autogenerate": True}


async def test_strangers_are_neither_dropped_nor_read(sandbox: Sandbox, database: Database) -> None:
    models = book(sa.Column("title", sa.String(100), index=True))
    sandbox.revise(models)
    sandbox.upgrade()
    await database.execute(
        "CREATE TABLE stranger (id int PRIMARY KEY, code int UNIQUE)",
        "CREATE TABLE temp_report (id int)",
        "CREATE INDEX tmp_on_book ON book (id, title)",
    )
    asked: list[str] = []
    async with connection_to(database.url) as connection:
        sa.event.listen(
            connection.sync_connection,
            "before_cursor_execute",
            lambda c, cursor, statement, values, *_: asked.append(f"{statement} {values}"),
        )
        await connection.run_sync(lambda c: command.check(sandbox.config(models, connection=c)))
    assert any("book" in query for query in asked)
    assert not any("stranger" in query for query in asked)


def test_our_own_table_is_dropped_when_its_model_is_gone(sandbox: Sandbox) -> None:
    sandbox.revise(book())
    assert "drop_table" in upgrades(sandbox.revise(sa.MetaData()))


async def test_skip_autogenerate_on_table_and_column(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(book())
    models = book(sa.Column("mood", sa.String(100), index=True, info=SKIP))
    sa.Table("diary", models, sa.Column("id", sa.Integer, primary_key=True), info=SKIP)
    assert sandbox.revise(models) == []
    sandbox.upgrade()
    await database.execute("CREATE TABLE diary (somebody int)", "ALTER TABLE book ADD mood int")
    command.check(sandbox.config(models))


def test_retired_tables_are_read_again(sandbox: Sandbox) -> None:
    script = ScriptDirectory.from_config(sandbox.config())
    ours = Filters(book(), None, script, retired=frozenset({"old", "archive.older"}))
    assert ours.include_name("old", "table", {"schema_name": None})
    assert ours.include_name("archive", "schema", {})
    assert ours.include_name("older", "table", {"schema_name": "archive"})
    assert not ours.include_name("older", "table", {"schema_name": None})


def test_a_stranger_that_was_read_is_not_dropped(sandbox: Sandbox) -> None:
    ours = Filters(book(), None, ScriptDirectory.from_config(sandbox.config()))
    stranger = sa.Table("stranger", sa.MetaData())
    assert not ours.include_object(stranger, "stranger", "table", True, None)
