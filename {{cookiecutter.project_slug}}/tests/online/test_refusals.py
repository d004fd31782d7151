"""Catches a rename that loses its values, and an author's word that is not heard."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import Database, Sandbox, book, rows, upgrades


def text(name: str, **options: object) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.String(100), **options)  # type: ignore[arg-type]


def with_shelf(name: str, info: dict[str, None] | None = None) -> sa.MetaData:
    """Return a book and a table that is called *name*."""
    models = book()
    columns = (sa.Column("id", sa.Integer, primary_key=True), text("place"))
    sa.Table(name, models, *columns, info=info or {})
    return models


def test_a_column_that_may_be_renamed(sandbox: Sandbox) -> None:
    sandbox.revise(book(text("title")))
    with pytest.raises(DatabaseError, match="title goes and name comes with the same type"):
        sandbox.revise(book(text("name")))
    assert len(sandbox.files()) == 1


def test_another_column_of_the_same_type(sandbox: Sandbox) -> None:
    sandbox.revise(book(text("title")))
    written = upgrades(sandbox.revise(book(text("name", info={"renamed_from": None}))))
    assert "backfill" not in written


def test_a_column_of_another_type(sandbox: Sandbox) -> None:
    sandbox.revise(book(text("title")))
    expand, contract = sandbox.revise(book(sa.Column("pages", sa.Integer)))
    assert "op.add_column" in Path(expand.path).read_text(encoding="utf-8")
    assert "title" in Path(contract.path).read_text(encoding="utf-8")


@pytest.mark.parametrize("required", [True, False])
async def test_values_move_to_the_new_name(
    required: bool, sandbox: Sandbox, database: Database
) -> None:
    sandbox.revise(book(text("title")))
    sandbox.upgrade()
    await database.execute(rows("book", 1, 5), "UPDATE book SET title = 'moved'")
    info = {"renamed_from": "title"}
    sandbox.revise(book(text("name", nullable=not required, info=info)))
    sandbox.upgrade()
    assert await database.values("SELECT DISTINCT name FROM book") == ["moved"]


def test_a_table_that_may_be_renamed(sandbox: Sandbox) -> None:
    sandbox.revise(with_shelf("shelf"))
    with pytest.raises(DatabaseError, match="shelf goes and board comes with the same columns"):
        sandbox.revise(with_shelf("board"))
    written = upgrades(sandbox.revise(with_shelf("board", {"renamed_from": None})))
    assert {"create_table", "drop_table"} <= set(written)


@pytest.mark.parametrize("said", ["info", "option", "option for this column"])
def test_what_the_author_allows_is_written_in_plain_sight(said: str, sandbox: Sandbox) -> None:
    # Not of the key: some servers make no generated column of a number that they give themselves.
    sandbox.revise(book(sa.Column("pages", sa.Integer)))
    info = {"allow": "stored_column"} if said == "info" else {}
    option = {"option": "stored_column", "option for this column": "stored_column:book.twice"}
    twice = sa.Column("twice", sa.Integer, sa.Computed("pages * 2", persisted=True), info=info)
    [script] = sandbox.revise(book(sa.Column("pages", sa.Integer), twice), allow=option.get(said))
    written = Path(script.path).read_text(encoding="utf-8")
    assert written.index("op.allowed(") < written.index("twice")


async def test_a_constant_fills_old_rows_and_goes(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(book())
    sandbox.upgrade()
    await database.execute(rows("book", 1, 3))
    sandbox.revise(book(text("title", nullable=False, info={"backfill": sa.literal("none")})))
    sandbox.upgrade()
    assert await database.values("SELECT DISTINCT title FROM book") == ["none"]
