"""Catches an operation by hand that a rebuild gets wrong, or that fails without a reason."""

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database, Sandbox, book

BATCH = '    with op.batch_alter_table("book") as batch:\n'
TIGHTEN = '        batch.alter_column("pages", nullable=False)\n'
NOTE = 'sa.Column("note", sa.Text, sa.CheckConstraint("note <> \'\'", name="said"))'


@pytest.fixture
async def filled(sandbox: Sandbox, database: Database) -> Sandbox:
    """Make a book with rules and rows."""
    await database.execute(
        "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT DEFAULT 'none', pages INTEGER "
        "CONSTRAINT some CHECK (pages > 0), twice INTEGER AS (pages * 2), "
        "CONSTRAINT sane CHECK (title <> '' OR pages > 1), CONSTRAINT one UNIQUE (title))",
        "CREATE INDEX by_pages ON book (pages)",
        "INSERT INTO book (id, title, pages) VALUES (1, 'a', 5), (2, 'b', 6)",
    )
    return sandbox


@pytest.mark.parametrize(
    ("lines", "held"),
    [
        (f"{BATCH}{TIGHTEN}        batch.add_column({NOTE})\n", "note TEXT"),
        (f'{BATCH}        batch.alter_column("title", server_default=None)\n', "title TEXT,"),
        (f'{BATCH}        batch.alter_column("title", server_default="x")\n', "DEFAULT 'x'"),
        (f'{BATCH}        batch.alter_column("title", type_=sa.String(9))\n', "VARCHAR(9)"),
        (
            f'{BATCH}{TIGHTEN}        batch.alter_column("pages", nullable=True)\n',
            "pages INTEGER CONSTRAINT",
        ),
        (
            f'{BATCH}        batch.alter_column("title", new_column_name="name", nullable=False)\n',
            "name TEXT",
        ),
        (f'{BATCH}        batch.drop_constraint("one")\n        batch.drop_index("by_pages")\n', "sane"),
        (f'{BATCH}{TIGHTEN}        batch.drop_constraint("some")\n', "pages INTEGER NOT NULL,"),
        (f'{BATCH}{TIGHTEN}        batch.create_index("by_title", ["title"])\n', "NOT NULL"),
        (f'{BATCH}        batch.create_table_comment("a comment")\n', "sane"),
        (f'{BATCH}        batch.alter_column("title", comment="a comment")\n', "sane"),
        ('    op.alter_column("book", "title", existing_type=sa.Text)\n', "sane"),
        ('    op.add_column("book", sa.Column("title", sa.Text), if_not_exists=True)\n', "sane"),
        (f'    op.add_column("book", {NOTE}, if_not_exists=True)\n', "note TEXT"),
        ('    op.create_unique_constraint("pair", "book", ["title", "pages"])\n', "pair UNIQUE"),
        ('    op.drop_constraint("one", "book")\n', "sane"),
        (
            f'{BATCH}{TIGHTEN}        batch.add_column(sa.Column("title", sa.Text), '
            "if_not_exists=True)\n",
            "NOT NULL",
        ),
        (f'{BATCH}        batch.drop_column("no", if_exists=True)\n', "sane"),
    ],
)  # fmt: skip
async def test_what_it_leaves(lines: str, held: str, filled: Sandbox, database: Database) -> None:
    filled.by_hand(lines)
    filled.upgrade()
    [sql] = await database.values("SELECT sql FROM sqlite_schema WHERE name = 'book'")
    assert held in " ".join(sql.split())
    assert await database.values("SELECT pages FROM book") == [5, 6]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (f'{BATCH}{TIGHTEN}        batch.add_column(sa.Column("title", sa.Text))\n', "has a column title already"),
        (f'{BATCH}        batch.drop_column("pages")\n', "cannot go while the rule"),
        (f'{BATCH}        batch.drop_column("no")\n', "book has no column no"),
        (f'{BATCH}        batch.alter_column("twice", server_default="1")\n', "becomes a generated one"),
        (f'{BATCH}        batch.drop_constraint("no")\n', "book has no rule no"),
        (f'{BATCH}        batch.create_unique_constraint("one", ["pages"])\n', "has a rule one already"),
        (f'{BATCH}        batch.create_check_constraint("many", "pages > 5")\n', "1 rows break it"),
        ('    with op.batch_alter_table("book", schema="main") as batch:\n' + TIGHTEN, "takes no arguments"),
        ('    with op.batch_alter_table("book", recreate="always") as batch:\n' + TIGHTEN, "leave recreate out"),
        ('    with op.batch_alter_table("shelf") as batch:\n' + TIGHTEN, "There is no table shelf"),
        ('    op.execute("CREATE VIRTUAL TABLE words USING fts5(text)")\n    op.drop_column("words", "text")\n', "is a virtual table"),
    ],
)  # fmt: skip
async def test_what_it_refuses(lines: str, told: str, filled: Sandbox, database: Database) -> None:
    before = await database.schema()
    filled.by_hand(lines)
    with pytest.raises(DatabaseError, match=told):
        filled.upgrade(no_preflight=True)
    assert await database.schema() == before


@pytest.mark.parametrize(
    ("old", "new", "is_change"),
    [
        ("(1 + 1)", "((1 + 1))", False),
        ("((1) + (1))", "(1 + 1)", True),
        ("NULL", "1", True),
    ],
)
def test_defaults_are_compared(old: str, new: str, is_change: bool, sandbox: Sandbox) -> None:
    def models(text: str) -> sa.MetaData:
        return book(sa.Column("pages", sa.Integer, server_default=sa.text(text)))

    sandbox.revise(models(old))
    assert bool(sandbox.revise(models(new))) == is_change


async def test_rules_of_one_name_that_change(sandbox: Sandbox, database: Database) -> None:
    def models(*rules: str) -> sa.MetaData:
        checks = (sa.CheckConstraint(text, name=f"r{place}") for place, text in enumerate(rules))
        return book(sa.Column("pages", sa.Integer), *checks)

    sandbox.revise(models("pages > 0"))
    sandbox.upgrade()
    sandbox.revise(models("pages > 1", "pages < 99"))
    sandbox.upgrade()
    assert sandbox.revise(models("pages > 1", "pages < 99")) == []
