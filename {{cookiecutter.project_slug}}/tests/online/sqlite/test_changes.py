"""Catches a change of the models whose revisions do not do it, or do not take it back.

Each pair is migrated with rows in the tables: up, checked, down, and up again.
"""

from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database, Sandbox, book, calls, upgrades

Models = sa.MetaData
TITLE, PAGES = ("title", sa.Text), ("pages", sa.Integer)


def col(name: str, type_: Any, *rest: Any, **options: Any) -> sa.Column[Any]:
    """Return a column."""
    return sa.Column(name, type_, *rest, **options)


def shelf(models: Models) -> Models:
    """Return *models* with a table more, which ``book`` may refer to."""
    sa.Table("shelf", models, col("id", sa.Integer, primary_key=True))
    return models


def with_rules(*rules: Any) -> Models:
    """Return a book with *rules*, or with an index."""
    return book(col(*TITLE), col(*PAGES), *rules)


def unique(*names: str) -> Models:
    """Return a book with a unique constraint over *names*."""
    return with_rules(sa.UniqueConstraint(*names))


def rule(text: str) -> Models:
    """Return a book with a CHECK."""
    return with_rules(sa.CheckConstraint(text, name="sane"))


def on_shelf(**options: Any) -> Models:
    """Return a book that may stand on a shelf."""
    return shelf(book(col("shelf_id", sa.Integer, sa.ForeignKey("shelf.id", **options))))


PLAIN = book(col(*TITLE), col(*PAGES))
PAIRS = {
    "unique": (PLAIN, unique("title")),
    "unique over two": (unique("title"), unique("title", "pages")),
    "no unique": (unique("title"), PLAIN),
    "check": (PLAIN, rule("pages > 0")),
    "another check": (rule("pages > 0"), rule("pages >= 1 OR title = ':x'")),
    "no check": (rule("pages > 0"), PLAIN),
    "key": (shelf(book(col("shelf_id", sa.Integer))), on_shelf()),
    "key with its column": (shelf(book()), on_shelf(ondelete="CASCADE")),
    "another key": (on_shelf(), on_shelf(ondelete="CASCADE")),
    "no key": (on_shelf(), shelf(book())),
    "index": (PLAIN, book(col(*TITLE, index=True), col(*PAGES))),
    "partial index": (
        PLAIN,
        with_rules(sa.Index("i", "title", sqlite_where=sa.text("pages > 1"))),
    ),
    "another partial index": (
        with_rules(sa.Index("i", "title", sqlite_where=sa.text("pages > 1"))),
        with_rules(sa.Index("i", "title", sqlite_where=sa.text("pages > 2"))),
    ),
    "index on an expression": (PLAIN, with_rules(sa.Index("i", sa.text("lower(title)")))),
    "another expression": (
        with_rules(sa.Index("i", sa.text("lower(title)"), unique=True)),
        with_rules(sa.Index("i", sa.text("upper(title)"), "pages", unique=True)),
    ),
    "no index on an expression": (with_rules(sa.Index("i", sa.text("lower(title)"))), PLAIN),
    "index that becomes an expression": (
        with_rules(sa.Index("i", "title"), sa.Index("j", "pages")),
        with_rules(
            sa.Index("i", sa.text("title COLLATE NOCASE")), sa.Index("j", sa.text("pages DESC"))
        ),
    ),
    "collation": (
        book(col("title", sa.String(20))),
        book(col("title", sa.String(20, collation="NOCASE"))),
    ),
    "colons, percents and backslashes": (
        PLAIN,
        book(
            col("title", sa.Text, nullable=False, server_default="50 %:x\\:y"),
            col(*PAGES),
            sa.CheckConstraint(sa.text("title <> ':none' AND pages % 2 < 9"), name="sane"),
            sa.Index("i", "title", sqlite_where=sa.text("title <> '%\\\\:w'")),
        ),
    ),
    "generated column and what it is made of go": (
        book(col(*PAGES), col("twice", sa.Integer, sa.Computed("pages * 2", persisted=False))),
        book(),
    ),
    "conflict clause": (
        with_rules(sa.UniqueConstraint("title")),
        with_rules(sa.UniqueConstraint("title", sqlite_on_conflict="IGNORE")),
    ),
    "interval": (PLAIN, book(col(*TITLE), col(*PAGES), col("loan", sa.Interval))),
    "label of an enum": (
        book(col("kind", sa.Enum("1", "2", "3", name="kind", create_constraint=True))),
        book(col("kind", sa.Enum("1", "2", "3", "4", name="kind", create_constraint=True))),
    ),
    "new enum": (
        PLAIN,
        book(
            col(*TITLE), col(*PAGES), col("kind", sa.Enum("a", name="kind", create_constraint=True))
        ),
    ),
    "names that must be quoted": (
        book(col("select", sa.Text), col("a b", sa.Text, server_default="x")),
        book(
            col("select", sa.Text, unique=True),
            col("a b", sa.Text, nullable=False, server_default="x"),
            sa.CheckConstraint("\"a b\" <> ''", name="from"),
        ),
    ),
    "unique index": (PLAIN, book(col(*TITLE), col(*PAGES, index=True, unique=True))),
    "index and its column go": (book(col(*TITLE, index=True)), book()),
    "not null column goes": (book(col(*TITLE, nullable=False, server_default="x")), book()),
    "default": (PLAIN, book(col(*TITLE, server_default="it's"), col(*PAGES, server_default="7"))),
    "another default": (
        book(col("at", sa.DateTime, server_default=sa.func.now())),
        book(col("at", sa.DateTime, server_default=sa.text("'2000-01-01'"))),
    ),
    "new column, default of its time": (
        book(),
        book(col("at", sa.DateTime, nullable=False, server_default=sa.func.now())),
    ),
    "not null": (PLAIN, book(col(*TITLE, nullable=False), col(*PAGES, nullable=False))),
    "null": (book(col(*TITLE, nullable=False)), book(col(*TITLE))),
    "not null column, one value": (
        book(),
        book(col(*PAGES, nullable=False, info={"backfill": "-1"})),
    ),
    "virtual column": (
        PLAIN,
        book(
            col(*TITLE),
            col(*PAGES),
            col("p2", sa.Integer, sa.Computed("pages * 2", persisted=False)),
        ),
    ),  # fmt: skip
    "a table goes": (on_shelf(), book()),
    "tables in a ring": (book(), None),
    "all at once": (
        book(col(*TITLE), col("old", sa.Text, nullable=False, server_default="x")),
        book(
            col(*TITLE, nullable=False, unique=True, server_default="y"),
            col(*PAGES, nullable=False, info={"backfill": "id"}, index=True),
            sa.CheckConstraint("pages > 0", name="sane"),
        ),
    ),
}


def ring() -> Models:
    """Return a book and a shelf that refer to each other."""
    models = book(col("shelf_id", sa.Integer, sa.ForeignKey("shelf.id")))
    other = col("book_id", sa.Integer, sa.ForeignKey("book.id"))
    sa.Table("shelf", models, col("id", sa.Integer, primary_key=True), other)
    return models


@pytest.mark.parametrize("name", PAIRS)
async def test_up_check_down_up(name: str, sandbox: Sandbox, database: Database) -> None:
    old, new = PAIRS[name]
    new = ring() if new is None else new
    sandbox.revise(old)
    sandbox.upgrade()
    names = [c.name for c in old.tables["book"].columns if c.name in ("id", "title", "pages")]
    await database.execute(
        *(
            f"INSERT INTO book ({', '.join(names)}) VALUES ({', '.join([str(n)] * len(names))})"
            for n in (1, 2, 3)
        )
    )
    before = await database.schema()
    scripts = sandbox.revise(new)
    assert scripts
    sandbox.upgrade()
    command.check(sandbox.config(new))
    after = await database.schema()
    assert await database.values("SELECT id FROM book ORDER BY id") == [1, 2, 3]
    sandbox.downgrade(f"-{len(scripts)}")
    assert await database.schema() == before
    sandbox.upgrade()
    assert await database.schema() == after
    for script in scripts:
        assert calls(script.module.upgrade).count("batch_alter_table") <= 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (book(col("a", sa.String(20))), book(col("a", sa.String(50)))),
        (book(col("a", sa.String(20))), book(col("a", sa.Text))),
        (book(col("a", sa.Integer)), book(col("a", sa.BigInteger))),
        (book(col("a", sa.Boolean)), book(col("a", sa.Integer))),
        (
            book(col("a", sa.Enum("x", "y", name="e"))),
            book(col("a", sa.Enum("x", "y", "z", name="e"))),
        ),
    ],
)
def test_what_is_the_same_to_sqlite_makes_no_revision(
    old: Models, new: Models, sandbox: Sandbox
) -> None:
    sandbox.revise(old)
    assert sandbox.revise(new) == []


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (PLAIN, book(col("title", sa.Integer), col(*PAGES)), "type_change"),
        (book(), book(col("n", sa.Integer, sa.Computed("id", persisted=True))), "stored_column"),
        (PLAIN, book(col("heading", sa.Text), col(*PAGES)), "rename?"),
        (
            book(col("n", sa.Integer, sa.Computed("id + 1", persisted=False))),
            book(col("n", sa.Integer, sa.Computed("id + 2", persisted=False))),
            r"column book.n: changed\.",
        ),
        (book(), book(sqlite_with_rowid=False), r"table book: changed\."),
        (book(), book(schema="public"), "knows no schemas"),
        (book(), Models(), None),
    ],
)
def test_what_cannot_be_made_safe_is_refused(
    old: Models, new: Models, reason: str | None, sandbox: Sandbox
) -> None:
    sandbox.revise(old)
    if reason is None:
        assert upgrades(sandbox.revise(new)) == ["drop_table"]
        return
    files = sandbox.files()
    with pytest.raises(DatabaseError, match=reason):
        sandbox.revise(new)
    assert sandbox.files() == files
