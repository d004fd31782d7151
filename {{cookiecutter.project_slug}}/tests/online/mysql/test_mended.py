"""Changes that random pairs of models once led astray: each is written, and arrives there and back.

That it arrives is what the revision's own proof says, before there is a file.
"""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from {{ cookiecutter.package_name }}.db.base import NAMING_CONVENTION
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Sandbox, upgrades

ALLOWED = {"allow": "type_change"}


def models(*items: Any, **options: Any) -> sa.MetaData:
    """Return models of ``shelf`` and of ``book`` with *items*."""
    made = sa.MetaData(naming_convention=NAMING_CONVENTION)
    sa.Table("shelf", made, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("book", made, sa.Column("id", sa.Integer, primary_key=True), *items, **options)
    return made


def keyed(type_: Any, **options: Any) -> sa.MetaData:
    """Return the models with another key of ``book``."""
    made = sa.MetaData(naming_convention=NAMING_CONVENTION)
    sa.Table("shelf", made, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("book", made, sa.Column("id", type_, primary_key=True, **options))
    return made


def column(type_: Any = sa.Integer, *items: Any, name: str = "c", **options: Any) -> Any:
    """Return a column that is no other's new name."""
    info = {"renamed_from": None} | options.pop("info", {})
    return sa.Column(name, type_, *items, info=info, **options)


def key(**options: Any) -> Any:
    """Return a foreign key of the column."""
    return sa.ForeignKeyConstraint(["c"], ["shelf.id"], **options)


def gone(*items: Any) -> tuple[Any, Any]:
    """Return the models of a table that goes, which the downgrade makes again."""
    after = sa.MetaData(naming_convention=NAMING_CONVENTION)
    sa.Table("shelf", after, sa.Column("id", sa.Integer, primary_key=True))
    return models(*items), after


Pair = Callable[[], tuple[sa.MetaData, sa.MetaData]]
PAIRS: dict[str, Pair] = {
    "document goes": lambda: (models(column(sa.JSON)), models()),
    "document with a default loses it": lambda: (
        models(column(sa.JSON, server_default=sa.text("(json_object('a', 1))"))),
        models(column(sa.JSON)),
    ),
    "document becomes text": lambda: (
        models(column(sa.JSON)),
        models(column(mysql.LONGTEXT(), info=ALLOWED)),
    ),
    "text with a quote in its default loses it": lambda: (
        models(column(sa.Text, server_default=sa.text("('it''s 5 % \\\\:x')"), comment="it's")),
        models(column(sa.Text, comment="it's")),
    ),
    "bits lose their default": lambda: (
        models(column(mysql.BIT(8), server_default=sa.text("b'101'"))),
        models(column(mysql.BIT(8))),
    ),
    "label with a backslash goes": lambda: (models(column(mysql.ENUM("a", "b\\c"))), models()),
    "labels with a backslash in a set": lambda: (models(column(mysql.SET("a", "b\\c"))), models()),
    "type and default at once": lambda: (
        models(column(sa.Date, server_default="2020-02-29")),
        models(column(sa.Numeric(8, 2), server_default="1.50", info=ALLOWED)),
    ),
    "type at once with a default that goes": lambda: (
        models(column(sa.String(20), server_default="x")),
        models(column(sa.Integer, info=ALLOWED)),
    ),
    "default that the model leaves to the server": lambda: (
        models(column(sa.String(20), server_default="x")),
        models(column(sa.String(20), server_default=sa.FetchedValue())),
    ),
    "moment that is updated, and becomes NOT NULL": lambda: (
        models(column(sa.DateTime, server_default=sa.text("NULL ON UPDATE CURRENT_TIMESTAMP"))),
        models(
            column(
                mysql.DATETIME(fsp=6),
                server_default=sa.text("CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)"),
                nullable=False,
                info=ALLOWED,
            )
        ),
    ),
    "key gets an index by name": lambda: (
        models(column(), key()),
        models(column(), key(), sa.Index("ix_book_c", "c")),
    ),
    "key loses an index by name": lambda: (
        models(column(), key(), sa.Index("ix_book_c", "c")),
        models(column(), key()),
    ),
    "key changes and gets an index by name": lambda: (
        models(column(), key()),
        models(column(), key(ondelete="CASCADE"), sa.Index("ix_book_c", "c")),
    ),
    "key changes and loses an index by name": lambda: (
        models(column(), key(), sa.Index("ix_book_c", "c")),
        models(column(), key(ondelete="CASCADE")),
    ),
    "key in the place of an index": lambda: (
        models(column(), sa.Index("ix_book_c", "c")),
        models(column(), key()),
    ),
    "index in the place of a key": lambda: (
        models(column(), key()),
        models(column(), sa.Index("ix_book_c", "c")),
    ),
    "key under another name": lambda: (models(column(), key(name="old")), models(column(), key())),
    "index that runs down goes": lambda: (
        models(column(), sa.Index("ix_book_c", sa.text("c DESC"), "id")),
        models(column()),
    ),
    "words of a text are no index any more": lambda: (
        models(column(sa.Text), sa.Index("ix", "c", mysql_prefix="FULLTEXT")),
        models(column(sa.Text)),
    ),
    "comment of the table": lambda: (models(comment="a"), models(comment="it's 5 % :b")),
    "comment of the table goes": lambda: (models(comment="a"), models()),
    "table with a colon in its rule goes": lambda: gone(
        column(sa.String(9)), sa.CheckConstraint(r"c <> '\:word 5 %'", name="said")
    ),
    "table with a document goes": lambda: gone(column(sa.JSON)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_it_arrives(name: str, sandbox: Sandbox) -> None:
    before, after = PAIRS[name]()
    sandbox.revise_first(before)
    sandbox.upgrade()
    assert upgrades(sandbox.revise(after))
    sandbox.upgrade()
    assert sandbox.revise(after) == []


def test_a_rule_that_others_rest_on_goes_after_them(sandbox: Sandbox) -> None:
    """The unique rule of a table whose child goes in the same change."""
    before = models(column(unique=True))
    child = sa.Column("up", sa.Integer, sa.ForeignKey("book.c"))
    sa.Table("page", before, sa.Column("id", sa.Integer, primary_key=True), child)
    sandbox.revise_first(before)
    found = upgrades(sandbox.revise(models(column())))
    assert found.index("drop_constraint") < found.index("drop_index")


REFUSED: dict[str, tuple[Pair, str]] = {
    "generated, and another type": (
        lambda: (
            models(column(name="n"), column(sa.Integer, sa.Computed("n + 1", persisted=False))),
            models(column(name="n"), column(sa.String(40), sa.Computed("hex(n)", persisted=False))),
        ),
        "add a column of another name with the new expression",
    ),
    "numbers itself, and another type": (
        lambda: (models(), keyed(sa.BigInteger, autoincrement=False)),
        "op.execute('ALTER TABLE … MODIFY …')",
    ),
    "characters of the table, and its comment": (
        lambda: (models(comment="a"), models(comment="b", mysql_charset="latin1")),
        "CONVERT TO",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_recipe(name: str, sandbox: Sandbox) -> None:
    pair, recipe = REFUSED[name]
    before, after = pair()
    sandbox.revise_first(before)
    with pytest.raises(DatabaseError) as error:
        sandbox.revise(after)
    assert recipe in str(error.value)
    assert "does not arrive" not in str(error.value)
