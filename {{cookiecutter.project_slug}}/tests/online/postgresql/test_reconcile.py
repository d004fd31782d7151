"""Catches a difference that nobody sees, and one that is seen where the server keeps none.

Each pair of models goes the whole way: revision, upgrade, ``check``, the way back, and up again; the
end is what ``create_all`` makes of an empty database.
"""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy import Column, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import DOMAIN, ENUM, INT4RANGE, JSONB, ExcludeConstraint

from {{ cookiecutter.package_name }}.db.base import NAMING_CONVENTION
from {{ cookiecutter.package_name }}.online.database import scratch, snapshot
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.write import snapshot as sides

from ..support import NOTED, Database, Sandbox, book, upgrades

Parts = Callable[[], list[sa.schema.SchemaItem]]
COLOUR = {"name": "colour", "native_enum": False, "create_constraint": True, "length": 9}

PAIRS: dict[str, tuple[Parts, Parts, str, str]] = {
    "index: WHERE": (
        lambda: [
            Column("isbn", Text),
            Index("ix_isbn", "isbn", postgresql_where=sa.text("id > 5")),
        ],
        lambda: [
            Column("isbn", Text),
            Index("ix_isbn", "isbn", postgresql_where=sa.text("id > 6")),
        ],
        "",
        "swap_index",
    ),
    "index: INCLUDE": (
        lambda: [Column("isbn", Text), Column("pages", Integer), Index("ix_isbn", "isbn")],
        lambda: [
            *(Column("isbn", Text), Column("pages", Integer)),
            Index("ix_isbn", "isbn", postgresql_include=["pages"]),
        ],
        "",
        "swap_index",
    ),
    "index: DESC": (
        lambda: [Column("isbn", Text), Index("ix_isbn", "isbn")],
        lambda: [Column("isbn", Text), Index("ix_isbn", sa.text("isbn DESC"))],
        "",
        "swap_index",
    ),
    "index: of a bare column": (
        lambda: [Column("isbn", Text)],
        lambda: [Column("isbn", Text), Index("ix_lower", sa.func.lower(sa.column("isbn")))],
        "",
        "create_index_concurrently",
    ),
    "index: another name": (
        lambda: [Column("isbn", Text), Index("isbn_idx", "isbn")],
        lambda: [Column("isbn", Text), Index("ix_isbn", "isbn")],
        "",
        "rename_index",
    ),
    "unique: another name": (
        lambda: [Column("isbn", Text), UniqueConstraint("isbn", name="isbn_key")],
        lambda: [Column("isbn", Text), UniqueConstraint("isbn", name="uq_isbn")],
        "",
        "rename_constraint",
    ),
    "unique: DEFERRABLE": (
        lambda: [Column("isbn", Text), UniqueConstraint("isbn", name="uq_isbn")],
        lambda: [
            Column("isbn", Text),
            UniqueConstraint("isbn", name="uq_isbn", deferrable=True, initially="DEFERRED"),
        ],
        "",
        "create_unique_using_index",
    ),
    "enum without a type: a label more": (
        lambda: [Column("colour", sa.Enum("red", "green", **COLOUR))],
        lambda: [Column("colour", sa.Enum("red", "green", "blue", **COLOUR))],
        "",
        "create_check_constraint_not_valid",
    ),
    "enum: behind a variant": (
        lambda: [Column("kind", Text().with_variant(ENUM("a", name="kind"), "postgresql"))],
        lambda: [Column("kind", Text().with_variant(ENUM("a", "b", name="kind"), "postgresql"))],
        "",
        "add_enum_label",
    ),
    "enum: of a column that is there": (
        lambda: [Column("kind", String(9))],
        lambda: [Column("kind", sa.Enum("a", "b", name="kind"))],
        "type_change",
        "create_enum",
    ),
    "domain: of a column that is there": (
        lambda: [Column("email", Text)],
        lambda: [Column("email", DOMAIN("email", Text(), check="VALUE LIKE '%@%'"))],
        "type_change",
        "create_domain",
    ),
    "USING": (
        lambda: [Column("extra", Text)],
        lambda: [Column("extra", JSONB)],
        "type_change",
        "alter_column",
    ),
    "length: goes": (
        lambda: [Column("isbn", String(5))],
        lambda: [Column("isbn", String)],
        "",
        "alter_column",
    ),
    "precision: goes": (
        lambda: [Column("price", sa.Numeric(8, 2))],
        lambda: [Column("price", sa.Numeric)],
        "",
        "alter_column",
    ),
    "exclusion: goes": (
        lambda: [
            Column("shelf", INT4RANGE),
            ExcludeConstraint((sa.column("shelf"), "&&"), using="gist", name="one"),
        ],
        lambda: [Column("shelf", INT4RANGE)],
        "",
        "drop_exclusion",
    ),
    "exclusion: WHERE": (
        lambda: [
            Column("shelf", INT4RANGE),
            ExcludeConstraint((sa.column("shelf"), "&&"), using="gist", name="one"),
        ],
        lambda: [
            Column("shelf", INT4RANGE),
            ExcludeConstraint(
                (sa.column("shelf"), "&&"), using="gist", name="one", where=sa.text("id > 1")
            ),
        ],
        "exclusion",
        "create_exclusion",
    ),
    "interval, and a default with colons": (
        list,
        lambda: [
            Column("loan", sa.Interval),
            Column("extra", JSONB, server_default=sa.text(r"""'{"a"\:true}'::jsonb""")),
            sa.CheckConstraint(r"extra::text <> ' \:none'", name="some"),
        ],
        "",
        "add_column",
    ),
    "fetched value": (
        list,
        lambda: [Column("slug", Text, server_default=sa.FetchedValue())],
        "",
        "add_column",
    ),
}
REFUSED: dict[str, tuple[Parts, Parts, str]] = {
    "generated: expression": (
        lambda: [Column("twice", Integer, sa.Computed("id * 2", persisted=True))],
        lambda: [Column("twice", Integer, sa.Computed("id * 3", persisted=True))],
        r"column book\.twice: changed",
    ),
    "domain: its rule": (
        lambda: [Column("share", DOMAIN("share", Integer(), check="VALUE > 0"))],
        lambda: [Column("share", DOMAIN("share", Integer(), check="VALUE > 1"))],
        "ALTER DOMAIN",
    ),
}


async def kept_by(database: Database) -> sides.Snapshot:
    """Return what the database keeps."""
    async with connection_to(database.url) as connection:
        return sides.without(await connection.run_sync(snapshot.read), *NOTED)


async def created_from(models: sa.MetaData) -> sides.Snapshot:
    """Return what ``create_all`` makes of an empty database."""
    async with scratch.scratch_database() as url, connection_to(url) as connection:
        await connection.run_sync(snapshot.create, models)
        return await connection.run_sync(snapshot.read)


@pytest.mark.parametrize("pair", PAIRS)
async def test_a_difference_is_written_and_arrives(
    pair: str, sandbox: Sandbox, database: Database
) -> None:
    before, after, allow, expected = PAIRS[pair]
    models = book(*after())
    sandbox.revise(book(*before()))
    sandbox.upgrade()
    start = await kept_by(database)

    scripts = sandbox.revise(models, allow=allow)
    assert expected in upgrades(scripts)
    sandbox.upgrade()
    wanted = await created_from(models)
    assert sides.differences(wanted, await kept_by(database)) == []
    command.check(sandbox.config(models))
    assert sandbox.revise(models) == []

    sandbox.downgrade(f"-{len(scripts)}")
    left = sides.differences(start, await kept_by(database))
    assert [one for one in left if not snapshot.may_stay(one)] == []
    sandbox.upgrade()
    assert sides.differences(wanted, await kept_by(database)) == []


@pytest.mark.parametrize("pair", REFUSED)
def test_a_difference_without_an_operation_is_refused_by_name(pair: str, sandbox: Sandbox) -> None:
    before, after, said = REFUSED[pair]
    sandbox.revise(book(*before()))
    sandbox.upgrade()
    files = sandbox.files()
    with pytest.raises(DatabaseError, match=said):
        sandbox.revise(book(*after()))
    assert sandbox.files() == files
    with pytest.raises(Exception, match="unwritten"):
        command.check(sandbox.config(book(*after())))


async def test_a_backfill_keeps_its_colons(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(book())
    sandbox.upgrade()
    await database.execute("INSERT INTO book (id) VALUES (1)")
    sandbox.revise(book(Column("url", Text, nullable=False, info={"backfill": "'(:none)'"})))
    sandbox.upgrade()
    assert await database.values("SELECT url FROM book") == ["(:none)"]


async def test_what_strangers_made_is_no_difference(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(book())
    sandbox.upgrade()
    await database.execute(
        "CREATE TYPE strange AS ENUM ('a')",
        "CREATE SEQUENCE stranger",
        "CREATE TABLE theirs (it strange)",
    )
    command.check(sandbox.config(book()))


async def test_several_models(sandbox: Sandbox, database: Database) -> None:
    """``target_metadata`` may be a list, as Alembic has it."""
    two = [sa.MetaData(naming_convention=NAMING_CONVENTION) for _ in range(2)]
    for name, models in zip(("one", "other"), two, strict=True):
        state = sa.Enum("new", name=f"state_of_{name}", metadata=models)
        sa.Table(name, models, sa.Column("id", sa.Integer, primary_key=True), sa.Column("s", state))
        sa.Sequence(f"number_of_{name}", metadata=models)
    several: Any = two
    sandbox.revise_first(several)
    sandbox.upgrade()
    command.check(sandbox.config(several))
    assert sandbox.revise(several) == []
    two[1].tables["other"].append_column(sa.Column("note", sa.Text))
    [change] = sandbox.revise(several)
    assert upgrades([change]) == ["add_column"]


def test_several_models_of_one_table(sandbox: Sandbox) -> None:
    several: Any = [sa.MetaData(), sa.MetaData()]
    for models in several:
        sa.Table("one", models, sa.Column("id", sa.Integer, primary_key=True))
    with pytest.raises(DatabaseError, match="more than one table one"):
        sandbox.revise(several)
