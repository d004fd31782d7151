"""Catches a change of the models that comes out in the wrong phase, or not at all."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from alembic.script import Script

from {{ cookiecutter.package_name }}.db import rules
from {{ cookiecutter.package_name }}.online.session import invocation
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import DATABASE, Database, Sandbox, book, calls, rows, upgrades

SKIP = {"skip_autogenerate": True}


def text(name: str = "title", **options: Any) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.String(100), **options)


def by_phase(scripts: list[Script]) -> dict[str, list[str]]:
    """Return the calls of each phase."""
    return {script.module.phase: calls(script.module.upgrade) for script in scripts}


def test_plain_is_alembics_own(sandbox: Sandbox) -> None:
    sandbox.revise(book())
    words = ("-x", "plain", "revision", "--autogenerate", "-m", "plain")
    sandbox.type_command(book(text(nullable=False)), *words)
    assert len(sandbox.files()) == 2
    assert "op.backfill" not in sandbox.files()[-1].read_text(encoding="utf-8")


def test_a_rule_on_a_column_with_a_passing_default_waits(sandbox: Sandbox) -> None:
    sandbox.revise(book())
    required = text(nullable=False, unique=True, info={"backfill": "'one'"})
    found = by_phase(sandbox.revise(book(required)))
    assert found["expand"] == ["add_column"]
    assert found["contract"] != []


def test_a_key_that_the_server_numbers_is_refused(sandbox: Sandbox) -> None:
    def log(*columns: sa.Column[Any]) -> sa.MetaData:
        models = book()
        sa.Table("log", models, *columns, sa.Column("line", sa.String(9)))
        return models

    sandbox.revise(log())
    with pytest.raises(DatabaseError, match=r"log\.id: generated_column"):
        sandbox.revise(log(sa.Column("id", sa.Integer, primary_key=True)))


def test_what_autogenerate_is_to_leave_alone(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def include(object_: Any, name: str | None, type_: str, *_: Any) -> bool:
        return type_ != "index"

    monkeypatch.setattr(rules, "include_object", include)
    models = book(text(index=True))
    sa.Table("diary", models, sa.Column("id", sa.Integer, primary_key=True), info=SKIP)
    assert upgrades([sandbox.revise_first(models)]) == ["create_table"]


def test_a_name_that_the_owner_leaves_out(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.revise(book())
    monkeypatch.setattr(rules, "include_name", lambda name, type_, parents: name != "book")
    assert upgrades(sandbox.revise(sa.MetaData())) == []


def test_an_owners_column_of_a_new_table(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Rewriter()

    @before.rewrites(ops.CreateTableOp)
    def with_note(context: Any, revision: Any, operation: ops.CreateTableOp) -> Any:
        note = text("note", nullable=False)
        sa.Table(operation.table_name, sa.MetaData(), note)
        return [operation, ops.AddColumnOp(operation.table_name, note)]

    monkeypatch.setattr(rules, "before", before)
    scripts = sandbox.revise(book(), unproven=True)
    assert sorted(upgrades(scripts)) == ["add_column", "create_table"]


async def test_two_values_that_the_author_writes(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(book())
    pair = (text("one", nullable=False), text("two", nullable=False))
    expand, contract = sandbox.revise(book(*pair))
    path = Path(expand.path)
    written = path.read_text(encoding="utf-8")
    for value in ("'1'", "'2'"):
        written = written.replace("value=...", f'value="{value}"', 1)
    path.write_text(written, encoding="utf-8")
    sandbox.upgrade(expand.revision)
    await database.execute(rows("book", 1, 3))
    sandbox.upgrade(contract.revision)
    assert await database.values("SELECT DISTINCT one FROM book") == ["1"]
    assert await database.values("SELECT DISTINCT two FROM book") == ["2"]


async def test_offline_without_a_value(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(book())
    expand, _ = sandbox.revise(book(text(nullable=False)))
    await database.run_script(sandbox.sql(expand.revision))
    assert await database.values("SELECT title FROM book") == []


async def test_a_backfill_of_a_table_that_the_revision_makes(
    sandbox: Sandbox, database: Database
) -> None:
    sandbox.by_hand(
        '    op.create_table("page", sa.Column("id", sa.Integer, primary_key=True), '
        'sa.Column("no", sa.Integer))\n'
        '    op.backfill("page", "no", value=...)\n'
    )
    sandbox.upgrade()
    assert await database.values("SELECT no FROM page") == []


async def test_a_value_that_is_wrong(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(book(text()))
    sandbox.upgrade()
    await database.execute(rows("book", 1, 3))
    sandbox.by_hand('    op.backfill("book", "title", value="no_such_column")')
    with pytest.raises(DatabaseError, match="of book.title cannot be read: .*no_such_column"):
        sandbox.upgrade()
    with pytest.raises(DatabaseError, match="the database said: .*no_such_column"):
        sandbox.upgrade(no_preflight=True)


async def test_a_table_of_the_past_with_an_odd_call(sandbox: Sandbox, database: Database) -> None:
    sandbox.by_hand('    name = "shelf"\n    op.create_table(name, sa.Column("id", sa.Integer))\n')
    assert upgrades(sandbox.revise(book(), unproven=True)) == ["create_table"]
    sandbox.upgrade()
    assert await database.values("SELECT id FROM shelf") == []


def test_outside_a_command_nothing_is_asked_for() -> None:
    context = MigrationContext.configure(dialect_name=DATABASE.DIALECT)
    assert invocation.option(context, "one-way") is None
