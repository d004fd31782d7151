"""Models that reflect as something else: the first migration makes them, and no check finds a difference."""

import decimal
import enum
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.dialects import mysql

from {{ cookiecutter.package_name }}.db.base import NAMING_CONVENTION, NOW

from ..support import Database, Sandbox, rows

ODD = 'it\'s 100 %: "q" \\ `b` é'


class Colour(enum.Enum):
    """An enum of Python's."""

    RED = 1
    GREEN = 2


class Money(sa.types.TypeDecorator[decimal.Decimal]):
    """A type of the application's own."""

    impl = sa.Numeric(12, 2)
    cache_ok = True


def hard() -> sa.MetaData:
    """Return the models."""
    made = sa.MetaData(naming_convention=NAMING_CONVENTION)
    sa.Table(
        "types",
        made,
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("yes", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("no", sa.Boolean(create_constraint=True, name="no"), server_default=sa.false()),
        sa.Column("tiny", mysql.TINYINT(unsigned=True)),
        sa.Column("small", sa.SmallInteger, server_default="7"),
        sa.Column("medium", mysql.MEDIUMINT),
        sa.Column("number", mysql.INTEGER(unsigned=True, zerofill=True, display_width=6)),
        sa.Column("big", mysql.BIGINT(unsigned=True), server_default=sa.text("0")),
        sa.Column("exact", sa.Numeric(20, 6), server_default="1.50"),
        sa.Column("plain", sa.Numeric),
        sa.Column("money", Money, nullable=False, server_default="0.00"),
        sa.Column("float", sa.Float),
        sa.Column("precise", sa.Float(53)),
        sa.Column("double", sa.Double, server_default="0.5"),
        sa.Column("day", sa.Date, server_default="2020-01-01"),
        sa.Column("clock", mysql.TIME(fsp=3)),
        sa.Column("moment", sa.DateTime),
        sa.Column("moment3", mysql.DATETIME(fsp=3), server_default=sa.text("CURRENT_TIMESTAMP(3)")),
        sa.Column("moment6", mysql.DATETIME(fsp=6), server_default=NOW),
        sa.Column(
            "touched",
            mysql.DATETIME(fsp=6),
            server_default=sa.text("CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)"),
            nullable=False,
        ),
        sa.Column("stamp", sa.TIMESTAMP, server_default=sa.func.now()),
        sa.Column("stamp_null", mysql.TIMESTAMP(fsp=6), nullable=True),
        sa.Column("year", mysql.YEAR),
        sa.Column("json", sa.JSON),
        sa.Column("json_required", sa.JSON, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("tinytext", mysql.TINYTEXT),
        sa.Column("mediumtext", mysql.MEDIUMTEXT),
        sa.Column("longtext", mysql.LONGTEXT),
        sa.Column("sized", sa.Text(70000)),
        sa.Column("blob", sa.LargeBinary),
        sa.Column("longblob", mysql.LONGBLOB),
        sa.Column("binary", sa.BINARY(16)),
        sa.Column("uuid", sa.Uuid),
        sa.Column("uuid_bare", sa.Uuid(native_uuid=False)),
        sa.Column("fixed", sa.CHAR(2), server_default="de"),
        sa.Column("string", sa.String(50), server_default=ODD, comment=ODD),
        sa.Column("empty", sa.String(50), nullable=False, server_default=""),
        sa.Column("german", sa.String(50, collation="utf8mb4_german2_ci")),
        sa.Column("ascii", mysql.VARCHAR(64, charset="ascii", collation="ascii_bin")),
        sa.Column("unicode", sa.Unicode(20)),
        sa.Column("colour", sa.Enum(Colour), nullable=False, server_default="RED"),
        sa.Column("label", sa.Enum("x y", "it's", "", name="label")),
        sa.Column("listed", sa.Enum("a", "b", native_enum=False, create_constraint=True, name="l")),
        sa.Column("set", mysql.SET("a", "b", "c")),
        sa.Column("bits", mysql.BIT(8)),
        sa.Column("expression", sa.String(36), server_default=sa.text("(uuid())")),
        sa.Column("virtual", sa.Integer, sa.Computed("small + 1", persisted=False)),
        sa.Column("stored", sa.Integer, sa.Computed("small * 2", persisted=True)),
        sa.CheckConstraint("small > 0 AND string <> 'x'", name="sane"),
        sa.Index("ix_prefix", "text", mysql_length=20),
        sa.Index("ix_desc", sa.text("big DESC")),
        sa.Index("ft", "mediumtext", mysql_prefix="FULLTEXT"),
        sa.UniqueConstraint("string", "fixed"),
        comment=ODD,
    )
    sa.Table(
        "parent",
        made,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(10), unique=True),
        sa.Column("best_child", sa.Integer, sa.ForeignKey("child.id", use_alter=True)),
    )
    sa.Table(
        "child",
        made,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.ForeignKey("parent.id", ondelete="CASCADE"), nullable=False),
        sa.Column("code", sa.ForeignKey("parent.code", onupdate="CASCADE", ondelete="SET NULL")),
        sa.Column("self_id", sa.ForeignKey("child.id"), index=True),
    )
    sa.Table(
        "pairs",
        made,
        sa.Column("a", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("b", sa.String(20), primary_key=True),
    )
    sa.Table(
        "order",
        made,
        sa.Column("select", sa.Integer, primary_key=True),
        sa.Column("100 %", sa.Integer),
        sa.Column("a" * 64, sa.Integer, index=True),
        mysql_charset="latin1",
    )
    return made


@pytest.mark.parametrize("written", ["without a database", "by autogenerate"])
async def test_hard_models_come_out_clean(
    written: str, sandbox: Sandbox, database: Database
) -> None:
    """Check and autogenerate find nothing right after the first migration; down leaves nothing."""
    models = hard()
    if written == "by autogenerate":
        sandbox.revise(models)
    else:
        sandbox.revise_first(models)
    sandbox.upgrade()
    command.check(sandbox.config(models))
    assert sandbox.revise(models) == []
    start = await database.schema()
    sandbox.downgrade("base")
    assert await database.schema() == []
    sandbox.upgrade()
    assert await database.schema() == start


CHANGES: dict[str, tuple[Any, Any]] = {
    "fsp": (mysql.DATETIME(fsp=3), mysql.DATETIME(fsp=6)),
    "text size": (sa.Text(), mysql.LONGTEXT()),
    "unsigned": (sa.Integer(), mysql.INTEGER(unsigned=True)),
    "boolean": (sa.SmallInteger(), sa.Boolean()),
    "numeric": (sa.Numeric(10, 2), sa.Numeric(10, 3)),
    "order of labels": (sa.Enum("a", "b", name="e"), sa.Enum("b", "a", name="e")),
    "collation": (sa.String(9), sa.String(9, collation="utf8mb4_bin")),
    "float": (sa.Float(), sa.Double()),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_a_difference_is_found(name: str, sandbox: Sandbox, database: Database) -> None:
    """Types that stock comparison takes for equal are told apart."""
    old, new = (
        sa.MetaData(naming_convention=NAMING_CONVENTION),
        sa.MetaData(naming_convention=NAMING_CONVENTION),
    )
    for models, type_ in zip((old, new), CHANGES[name], strict=True):
        sa.Table("t", models, sa.Column("id", sa.Integer, primary_key=True), sa.Column("c", type_))
    sandbox.revise(old)
    assert sandbox.revise(new, allow="type_change") != []
    sandbox.upgrade()
    command.check(sandbox.config(new))


async def test_a_change_keeps_what_else_the_column_has(
    sandbox: Sandbox, database: Database
) -> None:
    """Default, comment, collation, JSON and ON UPDATE outlive a MODIFY; a backfill touches no time."""

    def models(nullable: bool) -> sa.MetaData:
        made = sa.MetaData(naming_convention=NAMING_CONVENTION)
        sa.Table(
            "book",
            made,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column(
                "title",
                sa.String(50, collation="utf8mb4_german2_ci"),
                server_default=ODD,
                comment=ODD,
                nullable=nullable,
            ),
            sa.Column("data", sa.JSON, nullable=nullable, info={"backfill": "'[1]'"}),
            sa.Column(
                "touched",
                mysql.DATETIME(fsp=6),
                server_default=sa.text("CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)"),
                nullable=nullable,
            ),
        )
        return made

    sandbox.revise(models(True))
    sandbox.upgrade()
    await database.execute(rows("book", 1, 20))
    before = await database.values("SELECT touched FROM book ORDER BY id")
    sandbox.revise(models(False))
    sandbox.upgrade()
    command.check(sandbox.config(models(False)))
    assert await database.values("SELECT DISTINCT json_type(data) FROM book") == ["ARRAY"]
    assert await database.values("SELECT touched FROM book ORDER BY id") == before
