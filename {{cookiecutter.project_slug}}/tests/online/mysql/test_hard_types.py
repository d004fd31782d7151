"""Types that servers write down in their own way, with defaults: none may look like a difference."""

import enum
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.dialects import mysql

from ..support import Sandbox, book


class Shade(enum.Enum):
    """Labels by their names."""

    LIGHT = "l"
    DARK = "d"


class Seconds(sa.TypeDecorator[int]):
    """A type of an application's own."""

    impl = sa.Integer
    cache_ok = True


NOW = "CURRENT_TIMESTAMP"

TYPES: list[tuple[Any, Any]] = [
    (sa.String(20), None),
    (sa.String(20), 'it\'s 100 % "x" \\ :y'),
    (sa.String(20, collation="utf8mb4_bin"), None),
    (mysql.VARCHAR(20, charset="latin1"), "x"),
    (sa.CHAR(4), None),
    (sa.Text(), None),
    (sa.Text(), sa.text("('it''s 5 % \\:x')")),
    (mysql.TINYTEXT(), None),
    (mysql.MEDIUMTEXT(), sa.text("(concat('a', 'b'))")),
    (mysql.LONGTEXT(), None),
    (sa.Unicode(30), "ü"),
    (sa.UnicodeText(), None),
    (sa.SmallInteger(), "0"),
    (sa.Integer(), sa.text("(1 + 2)")),
    (sa.Integer(), sa.text("-1")),
    (sa.BigInteger(), None),
    (mysql.TINYINT(), "1"),
    (mysql.TINYINT(unsigned=True), None),
    (mysql.MEDIUMINT(), None),
    (mysql.INTEGER(unsigned=True), "7"),
    (mysql.INTEGER(unsigned=True, zerofill=True), None),
    (mysql.BIGINT(unsigned=True), None),
    (sa.Boolean(), None),
    (sa.Boolean(), sa.true()),
    (sa.Numeric(), None),
    (sa.Numeric(12, 4), "1.5000"),
    (mysql.DECIMAL(8, 2, unsigned=True), "0.00"),
    (sa.Float(), None),
    (sa.Float(53), None),
    (sa.Double(), "1.5"),
    (mysql.BIT(8), sa.text("b'101'")),
    (sa.Date(), "2020-02-29"),
    (sa.Date(), sa.text("(curdate())")),
    (sa.DateTime(), sa.func.now()),
    (mysql.DATETIME(fsp=6), sa.text(f"{NOW}(6)")),
    (mysql.DATETIME(fsp=3), sa.text(f"{NOW}(3) ON UPDATE {NOW}(3)")),
    (sa.DateTime(), sa.text(f"NULL ON UPDATE {NOW}")),
    (mysql.TIMESTAMP(fsp=6), None),
    (sa.TIMESTAMP(), sa.text(NOW)),
    (sa.Time(), "12:00:00"),
    (mysql.TIME(fsp=6), None),
    (sa.Interval(), None),
    (mysql.YEAR(), "2020"),
    (sa.Enum("a", "b"), "a"),
    (sa.Enum(Shade), "DARK"),
    (mysql.ENUM("it's", "50 %", "a:b", "back\\slash"), "it's"),
    (sa.Enum("a", "b", native_enum=False, create_constraint=True, name="kept"), "b"),
    (mysql.SET("a", "b", "it's"), "a,b"),
    (sa.JSON(), None),
    (sa.JSON(), sa.text("(json_object('fragile', true))")),
    (sa.LargeBinary(), None),
    (mysql.TINYBLOB(), None),
    (sa.LargeBinary(2**20), None),
    (mysql.BINARY(4), None),
    (mysql.VARBINARY(40), None),
    (sa.Uuid(), None),
    (sa.Uuid(), sa.text("(uuid())")),
    (sa.Uuid(native_uuid=False), None),
    (Seconds(), "60"),
    (sa.PickleType(), None),
    (sa.String(9).with_variant(mysql.VARCHAR(12), "mysql"), None),
]


def columns(*, nullable: bool) -> list[sa.Column[Any]]:
    """Return a column of each type."""
    return [
        sa.Column(f"c{number}", type_, server_default=default, nullable=nullable)
        for number, (type_, default) in enumerate(TYPES)
        if nullable or not str(default).startswith("NULL")
    ]


@pytest.mark.parametrize("nullable", [True, False])
def test_nothing_differs_after_the_first_revision(nullable: bool, sandbox: Sandbox) -> None:
    """What it makes is what the models say, and a second revision finds nothing."""
    models = book(*columns(nullable=nullable))
    sandbox.revise_first(models)
    sandbox.upgrade()
    command.check(sandbox.config(models))
    assert sandbox.revise(models) == []


def test_all_of_them_come_back(sandbox: Sandbox) -> None:
    """The table that goes is made again by the downgrade as it was; the revision's own proof tells."""
    sandbox.revise_first(book(*columns(nullable=True)))
    assert len(sandbox.revise(sa.MetaData())) == 1
