"""Catches a rename that is taken for a drop and an addition, and a look-alike that is none."""

from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import Sandbox, book, upgrades


def key() -> sa.Column[int]:
    """Return a key."""
    return sa.Column("id", sa.Integer, primary_key=True)


def beside(models: sa.MetaData, name: str, *columns: Any, **options: Any) -> sa.MetaData:
    """Return *models* with a table more."""
    sa.Table(name, models, key(), *columns, **options)
    return models


def titled(name: str = "title", type_: Any = None, **options: Any) -> sa.MetaData:
    """Return a book with a column of a name and a type."""
    return book(sa.Column(name, type_ or sa.String(100), **options))


@pytest.mark.parametrize(
    ("old", "new", "which"),
    [
        (titled(), titled("name"), "book.name: rename"),
        (
            beside(book(), "shelf", sa.Column("x", sa.Text)),
            beside(book(), "lamp", sa.Column("x", sa.Text)),
            "lamp: rename",
        ),
    ],
    ids=["column", "table"],
)
def test_one_that_looks_like_another_is_asked_about(
    old: sa.MetaData, new: sa.MetaData, which: str, sandbox: Sandbox
) -> None:
    sandbox.revise(old)
    before = sandbox.files()
    with pytest.raises(DatabaseError, match=which):
        sandbox.revise(new)
    assert sandbox.files() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (titled(), titled("name", info={"renamed_from": None})),
        (titled(), titled("name", info={"backfill": "'none'"}, nullable=False)),
        (titled(), titled("name", sa.Integer)),
        (
            beside(titled(), "shelf", sa.Column("note", sa.String(9))),
            beside(
                book(sa.Column("title", sa.String(100)), sa.Column("kind", sa.String(9))), "shelf"
            ),
        ),
    ],
    ids=["said so", "has a value of its own", "another type", "of another table"],
)
def test_a_column_that_is_no_rename(old: sa.MetaData, new: sa.MetaData, sandbox: Sandbox) -> None:
    sandbox.revise(old)
    sandbox.upgrade()
    names = upgrades(sandbox.revise(new))
    assert "add_column" in names
    assert {"drop_column", "batch_alter_table"} & set(names)
    sandbox.upgrade()
    command.check(sandbox.config(new))


@pytest.mark.parametrize(
    ("there", "comes", "info"),
    [
        (sa.Column("x", sa.Text), sa.Column("y", sa.Text), {}),
        (sa.Column("x", sa.Text), sa.Column("x", sa.Text), {"renamed_from": None}),
    ],
    ids=["other columns", "said so"],
)
def test_a_table_that_comes_while_another_goes(
    there: Any, comes: Any, info: dict[str, Any], sandbox: Sandbox
) -> None:
    sandbox.revise(beside(book(), "shelf", there))
    sandbox.upgrade()
    models = beside(book(), "lamp", comes, info=info)
    assert sorted(upgrades(sandbox.revise(models))) == ["create_table", "drop_table"]
    sandbox.upgrade()
    command.check(sandbox.config(models))
