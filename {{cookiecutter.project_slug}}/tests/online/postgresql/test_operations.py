"""Catches an operation that a cut leaves half done, or that differs from what it stands for."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.exc import DBAPIError

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database, Sandbox, book, rows, upgrades

PAGES = sa.Column("pages", sa.Integer)
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('uq_book_pages')"


def pages(*rules: sa.schema.SchemaItem, **options: object) -> sa.MetaData:
    """Return a book with numbers, and *rules* on them."""
    return book(PAGES._copy(), *rules, **options)  # type: ignore[arg-type]


async def there_and_back(
    old: sa.MetaData, new: sa.MetaData, sandbox: Sandbox, database: Database, allow: str = ""
) -> list[str]:
    """Migrate from *old* to *new*, back and there again; return the calls."""
    sandbox.revise(old)
    sandbox.upgrade()
    before = await database.schema()
    scripts = sandbox.revise(new, allow=allow or None)
    sandbox.upgrade()
    command.check(sandbox.config(new))
    after = await database.schema()
    sandbox.downgrade(f"-{len(scripts)}")
    assert await database.schema() == before
    sandbox.upgrade()
    assert await database.schema() == after
    assert after != before
    return upgrades(scripts)


@pytest.mark.parametrize(
    "options",
    [
        {"deferrable": True, "initially": "DEFERRED"},
        {"postgresql_include": ["id"]},
        {"postgresql_nulls_not_distinct": True},
        {"name": "an_odd Name"},
    ],
    ids=lambda options: next(iter(options)),
)
async def test_unique(options: dict[str, Any], sandbox: Sandbox, database: Database) -> None:
    wanted = pages(sa.UniqueConstraint("pages", **options))
    done = await there_and_back(pages(), wanted, sandbox, database)
    assert done == ["create_unique_using_index"]


@pytest.mark.parametrize(
    ("column", "allow"),
    [
        (sa.Column("no", sa.BigInteger, sa.Identity(always=True)), "generated_column"),
        (sa.Column("twice", sa.Integer, sa.Computed("pages * 2", persisted=True)), "stored_column"),
        (sa.Column("state", pg.ENUM("new", "old", name="state")), ""),
        (sa.Column("states", sa.ARRAY(sa.Enum("new", "old", name="state"))), ""),
        (sa.Column("size", pg.DOMAIN("size", sa.Integer, check=sa.text("VALUE > 0"))), ""),
        (sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now()), ""),
        (sa.Column("token", sa.Uuid, server_default=sa.func.gen_random_uuid()), ""),
        (sa.Column("tags", pg.HSTORE), ""),
        (sa.Column("data", pg.JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False), ""),
    ],
    ids=lambda value: str(getattr(value, "name", "")),
)
async def test_new_column(
    column: sa.Column[object], allow: str, sandbox: Sandbox, database: Database
) -> None:
    await there_and_back(pages(), pages(column._copy()), sandbox, database, allow)


def test_identity_that_comes_is_refused(sandbox: Sandbox) -> None:
    sandbox.revise(book(sa.Column("no", sa.BigInteger, nullable=False)))
    with pytest.raises(DatabaseError, match="book.no"):
        sandbox.revise(book(sa.Column("no", sa.BigInteger, sa.Identity())))


async def test_exclusion(sandbox: Sandbox, database: Database) -> None:
    room = sa.Column("room", pg.INT4RANGE)
    rule = pg.ExcludeConstraint(("room", "&&"), name="no_overlap", using="gist")
    before, after = book(room._copy()), book(room._copy(), rule)
    done = await there_and_back(before, after, sandbox, database, allow="exclusion")
    assert done == ["allowed", "create_exclusion"]


@pytest.mark.parametrize("kind", ["unique", "key", "index"])
def test_rules_of_a_partitioned_table_are_refused(kind: str, sandbox: Sandbox) -> None:
    def models(*rules: sa.schema.SchemaItem) -> sa.MetaData:
        made = book()
        column = sa.Column("no", sa.Integer, primary_key=True, autoincrement=False)
        other = sa.Column("other", sa.Integer, nullable=False)
        sa.Table("part", made, column, other, *rules, postgresql_partition_by="RANGE (no)")
        return made

    rules: dict[str, sa.schema.SchemaItem] = {
        "unique": sa.UniqueConstraint("no", "other"),
        "key": sa.ForeignKeyConstraint(["no"], ["book.id"]),
        "index": sa.Index("ix_part", "other"),
    }
    sandbox.revise(models())
    with pytest.raises(DatabaseError, match="partition"):
        sandbox.revise(models(rules[kind]))
    assert len(sandbox.files()) == 1


def test_a_table_that_moves(sandbox: Sandbox) -> None:
    sandbox.revise(book(schema="public"))
    with pytest.raises(DatabaseError, match="moved to another schema"):
        sandbox.revise(book(schema="archive"))


async def test_a_unique_index_that_failed_leaves_nothing_and_is_built_again(
    sandbox: Sandbox, database: Database
) -> None:
    sandbox.revise(pages())
    sandbox.upgrade()
    await database.execute(rows("book", 1, 2), "UPDATE book SET pages = 1")
    sandbox.revise(pages(sa.UniqueConstraint("pages")))
    with pytest.raises(DatabaseError, match="could not create unique index"):
        sandbox.upgrade(no_preflight=True)
    assert await database.values(VALID) == []
    # What a build leaves that was killed.
    with pytest.raises(DBAPIError):
        await database.execute("CREATE UNIQUE INDEX CONCURRENTLY uq_book_pages ON book (pages)")
    assert await database.values(VALID) == [False]
    await database.execute("UPDATE book SET pages = id")
    sandbox.upgrade()
    assert await database.values(VALID) == [True]


@pytest.mark.parametrize("step", [1, 2, 3])
async def test_a_cut_between_two_steps(step: int, sandbox: Sandbox, database: Database) -> None:
    """What an earlier run has done is no error, and is not done again."""
    sandbox.revise(pages())
    sandbox.upgrade()
    await database.execute(rows("book", 1, 2), "UPDATE book SET pages = id")
    rules = (sa.UniqueConstraint("pages"), sa.CheckConstraint("pages > 0", name="positive"))
    wanted = pages(*rules)
    sandbox.revise(wanted)
    done = (
        "CREATE UNIQUE INDEX uq_book_pages ON book (pages)",
        "ALTER TABLE book ADD CONSTRAINT uq_book_pages UNIQUE USING INDEX uq_book_pages",
        "ALTER TABLE book ADD CONSTRAINT ck_book_positive CHECK (pages > 0) NOT VALID",
    )
    await database.execute(*done[:step])
    sandbox.upgrade()
    command.check(sandbox.config(wanted))


async def test_not_null_after_a_cut(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(pages())
    sandbox.upgrade()
    wanted = book(sa.Column("pages", sa.Integer, nullable=False))
    sandbox.revise(wanted)
    await database.execute(
        "ALTER TABLE book ADD CONSTRAINT book_pages_filled CHECK (pages IS NOT NULL) NOT VALID"
    )
    sandbox.upgrade()
    command.check(sandbox.config(wanted))


async def test_a_unique_rule_that_a_key_rests_on_goes_last(
    sandbox: Sandbox, database: Database
) -> None:
    def models(has_key: bool) -> sa.MetaData:
        made = pages(*([sa.UniqueConstraint("pages")] if has_key else []))
        key = [sa.ForeignKey("book.pages")] if has_key else []
        number = sa.Column("pages", sa.Integer, *key)
        sa.Table("shelf", made, sa.Column("id", sa.Integer, primary_key=True), number)
        return made

    done = await there_and_back(models(True), models(False), sandbox, database)
    assert done == ["drop_foreign_key", "drop_constraint"]


async def test_defaults_are_compared(sandbox: Sandbox, database: Database) -> None:
    def models(*texts: str) -> sa.MetaData:
        kinds: tuple[Any, ...] = (
            sa.Integer(),
            sa.Text(),
            pg.JSONB(),
            sa.ARRAY(sa.Text),
            sa.DateTime(timezone=True),
        )
        columns: Iterator[sa.Column[Any]] = (
            sa.Column(f"c{number}", kind, server_default=sa.text(text))
            for number, (kind, text) in enumerate(zip(kinds, texts, strict=True))
        )
        return book(*columns)

    one = models("1 + 1", "'it''s'", "'{\"a\": 1}'", "'{a,b}'", "now()")
    sandbox.revise(one)
    sandbox.upgrade()
    command.check(sandbox.config(one))
    assert sandbox.revise(models("3", "'its'", "'{}'", "'{}'", "now() - interval '1 day'")) != []
