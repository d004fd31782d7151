"""Catches a change of the models whose revisions do not do it, or do not take it back.

Each pair is migrated with rows in the tables: up, checked, down, and up again.
"""

import inspect
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database, Sandbox, book, upgrades

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


def keyed(key: sa.Column[Any], **options: Any) -> Models:
    """Return a book with another key, or with other options of the table."""
    models = Models()
    sa.Table("book", models, key, col(*TITLE), **options)
    return models


def numbered(type_: Any, **options: Any) -> Models:
    """Return a book with a key of *type_*."""
    return keyed(col("id", type_, primary_key=True), **options)


def lent(rule: Any, on_conflict: str | None = None, **options: Any) -> Models:
    """Return a book with *rule* on its title, and loans that refer to that."""
    models = with_rules(rule)
    key = col("id", sa.Integer, primary_key=True, sqlite_on_conflict_primary_key=on_conflict)
    sa.Table("loan", models, key, col("of", sa.Text, sa.ForeignKey("book.title", **options)))
    return models


def with_log(*columns: Any, **options: Any) -> Models:
    """Return a book, and a table beside it that has all that is hard to read back."""
    models = book(col(*TITLE), col(*PAGES))
    sa.Table(
        "log",
        models,
        col("id", sa.Integer, primary_key=True),
        col("line", sa.Text(collation="NOCASE"), server_default="say :word", unique=True),
        col("part", sa.Text, sa.CheckConstraint("part <> ':none'", name="some")),
        col("of", sa.Integer),
        sa.UniqueConstraint("part", "of", sqlite_on_conflict="IGNORE"),
        sa.ForeignKeyConstraint(["of"], ["book.id"], match="FULL"),
        sa.Index("by_part", sa.text("lower(part)")),
        sa.Index("by_of", sa.column("of").desc(), sqlite_where=sa.text(r"line <> '\:x'")),
        sqlite_autoincrement=True,
    )
    return models


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
    "the case of an index's name": (
        with_rules(sa.Index("By_Title", "title")),
        with_rules(sa.Index("by_title", "title")),
    ),
    "expression that becomes a column": (
        with_rules(sa.Index("i", sa.text("lower(title)"))),
        with_rules(sa.Index("i", sa.column("title").desc())),
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
    "a table goes with all that is hard to read back": (with_log(), PLAIN),
    "a check with a colon goes": (rule("title <> ':x'"), PLAIN),
    "a default with a colon goes": (
        book(col(*TITLE, server_default="say :word")),
        book(col(*TITLE)),
    ),
    "a column with a default of its row goes": (
        book(col(*TITLE, server_default=sa.text("(hex(7) || ':x')"))),
        book(),
    ),
    "a stored column goes": (
        book(col(*PAGES), col("twice", sa.Integer, sa.Computed("pages * 2", persisted=True))),
        book(col(*PAGES)),
    ),
    "a column with a collation goes": (book(col("title", sa.Text(collation="RTRIM"))), book()),
    "an index that descends goes": (with_rules(sa.Index("i", sa.column("pages").desc())), PLAIN),
    "a partial index with a colon goes": (
        with_rules(sa.Index("i", "title", sqlite_where=sa.text(r"title <> '\:x'"))),
        PLAIN,
    ),
    "a conflict clause goes": (
        with_rules(sa.UniqueConstraint("title", sqlite_on_conflict="REPLACE")),
        PLAIN,
    ),
    "another conflict clause of a check": (
        with_rules(sa.CheckConstraint("title <> ':x'", name="c", sqlite_on_conflict="IGNORE")),
        with_rules(sa.CheckConstraint("title <> ':x'", name="c", sqlite_on_conflict="REPLACE")),
    ),
    "a table goes whose key has a conflict clause": (
        lent(sa.UniqueConstraint("title"), on_conflict="IGNORE"),
        PLAIN,
    ),
    "a conflict clause of a column": (
        PLAIN,
        book(col(*TITLE, unique=True, sqlite_on_conflict_unique="IGNORE"), col(*PAGES)),
    ),
    "a key that matches goes": (on_shelf(match="FULL"), on_shelf()),
    "no number twice": (numbered(sa.Integer), numbered(sa.Integer, sqlite_autoincrement=True)),
    "a number twice": (numbered(sa.Integer, sqlite_autoincrement=True), numbered(sa.Integer)),
    "values of their type": (
        book(col(*TITLE), col(*PAGES)),
        book(col(*TITLE), col(*PAGES), sqlite_strict=True),
    ),
    "values of any type, and a column that only such a table takes": (
        book(col(*TITLE), sqlite_strict=True),
        book(col(*TITLE), col("note", sa.String(20))),
    ),
    "no row numbers": (book(col(*TITLE)), book(col(*TITLE), sqlite_with_rowid=False)),
    "row numbers, none of them twice": (
        numbered(sa.Integer, sqlite_with_rowid=False, sqlite_strict=True),
        numbered(sa.Integer, sqlite_autoincrement=True),
    ),
    "a key that numbers the rows": (numbered(sa.BigInteger), numbered(sa.Integer)),
    "a key that no longer does": (
        numbered(sa.Integer),
        keyed(col("id", sa.BigInteger, primary_key=True, autoincrement=False)),
    ),
    "a rule that a key rests on, renamed": (
        lent(sa.UniqueConstraint("title", name="old")),
        lent(sa.UniqueConstraint("title", name="new"), ondelete="CASCADE"),
    ),
    "a rule that a key rests on becomes an index": (
        lent(sa.UniqueConstraint("title", name="old")),
        lent(sa.Index("new", "title", unique=True)),
    ),
    "a rule goes with the key that rests on it": (lent(sa.UniqueConstraint("title")), PLAIN),
    "a rule comes with the key that rests on it": (PLAIN, lent(sa.UniqueConstraint("title"))),
    "a rule that is wider, and the key goes": (
        lent(sa.UniqueConstraint("title", name="u")),
        with_rules(sa.UniqueConstraint("title", "pages", name="u")),
    ),
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
        for table in new.tables:
            source = inspect.getsource(script.module.upgrade)
            assert source.count(f'batch_alter_table("{table}")') <= 1


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
        (
            numbered(sa.Integer),
            numbered(sa.BigInteger),
            r"book.id: type_change\.\n.*only in a key of the type INTEGER",
        ),
        (
            book(col("n", sa.Integer, nullable=False)),
            book(col("n", sa.Integer, nullable=False, sqlite_on_conflict_not_null="REPLACE")),
            r"column book.n: changed\.",
        ),
        (
            book(col("n", sa.Integer, sa.Computed("id + 1", persisted=False))),
            book(col("n", sa.Integer, sa.Computed("id + 2", persisted=False), nullable=False)),
            r"column book.n: changed\.",
        ),
        (
            book(col("Title", sa.Text)),
            book(col("title", sa.Text, info={"renamed_from": None})),
            r"column book.title: changed\.\n.*\n.*only the case of its name differs",
        ),
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


def test_the_models_stay_as_they_are(sandbox: Sandbox) -> None:
    """A rule over a column joins that column's table when it is made once more."""
    sandbox.revise(book())
    new = book(
        col("kind", sa.Enum("a", "b", name="kind", create_constraint=True)),
        col("pages", sa.Integer),
    )
    table = new.tables["book"]
    table.append_constraint(sa.CheckConstraint(table.c.pages > 0, name="sane"))
    before = set(table.constraints)
    sandbox.revise(new)
    assert table.constraints == before


async def test_a_rule_that_changes_holds_between_the_phases(
    sandbox: Sandbox, database: Database
) -> None:
    """A renamed one is swapped in the expand; one that others rest on waits for the contract."""
    sandbox.revise(lent(sa.UniqueConstraint("title", name="old")))
    new = lent(sa.UniqueConstraint("title", name="new"), ondelete="CASCADE")
    [script] = sandbox.revise(new)
    assert script.module.phase == "expand"
    sandbox.upgrade()
    assert "CONSTRAINTnewUNIQUE(title)" in "".join(await database.schema())
    [script] = sandbox.revise(with_rules())
    assert script.module.phase == "contract"
    assert upgrades([script]) == ["batch_alter_table", "drop_table"]


async def test_a_number_that_is_gone_is_not_given_again(
    sandbox: Sandbox, database: Database
) -> None:
    sandbox.revise(numbered(sa.Integer))
    sandbox.upgrade()
    await database.execute("INSERT INTO book (id) VALUES (7)")
    sandbox.revise(numbered(sa.Integer, sqlite_autoincrement=True))
    sandbox.upgrade()
    await database.execute("DELETE FROM book", "INSERT INTO book (title) VALUES ('x')")
    assert await database.values("SELECT id FROM book") == [8]


async def test_types_of_other_words_become_those_that_strict_knows(
    sandbox: Sandbox, database: Database
) -> None:
    """A value of another type is told in one sentence."""
    sandbox.revise(book(col("title", sa.String(20)), col("pages", sa.SmallInteger)))
    sandbox.upgrade()
    await database.execute("INSERT INTO book (title, pages) VALUES ('x', 'many')")
    new = book(col(*TITLE), col(*PAGES), sqlite_strict=True)
    [script] = sandbox.revise(new)
    assert script.module.phase == "contract"
    with pytest.raises(DatabaseError, match="its rows do not fit .*TEXT value in INTEGER column"):
        sandbox.upgrade()
    await database.execute("UPDATE book SET pages = 7")
    sandbox.upgrade()
    command.check(sandbox.config(new))
    assert await database.values("SELECT pages FROM book") == [7]
