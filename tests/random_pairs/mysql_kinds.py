"""The kinds that MySQL and MariaDB have beside those of every database.

What only one of them has is an option under the name of its own dialect: the other leaves it out.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql as my

from .kinds import Kind, Options, Place, Rule, State, columns, rules
from .shared_kinds import SHARED, generated, name_of, words


class Shade(sa.TypeDecorator[str]):
    """An application's own type over labels."""

    impl = sa.Enum
    cache_ok = True


def _index(*ends: Any, end: str = "", **options: Any) -> Rule:
    def index(p: Place) -> sa.Index:
        made = [one.format(name_of(p)) if isinstance(one, str) else one(p) for one in ends]
        arguments = {k: v(p) if callable(v) else v for k, v in options.items()}
        return sa.Index(f"ix_{p.table}_{name_of(p)}{end}", *(made or [name_of(p)]), **arguments)

    return index


def _length(number: int) -> Any:
    return lambda p: {name_of(p): number}


def _reference(**options: Any) -> Rule:
    return lambda p: sa.ForeignKeyConstraint([name_of(p)], [f"{p.other}.id"], **options)


def _made(sql: str, type_: Any, persisted: bool) -> State:
    return lambda p: [
        p.column("v", sa.String(40)),
        p.column("g", type_, sa.Computed(sql.format(p.word), persisted=persisted)),
    ]


def _doubled(p: Place) -> list[Any]:
    made = sa.Computed(f"{p.word}_v * 2", persisted=False)
    return [p.column("v", sa.Integer), p.column("g", sa.Integer, made)]


def _key(*columns: Any, **options: Any) -> State:
    return lambda _: [Options(key=[sa.Column("id", *columns, primary_key=True, **options)])]


_NOW = "CURRENT_TIMESTAMP"

_TYPES = [
    Kind("label", columns(*((sa.Enum(*labels), {}) for labels in ("ab", "abc", "zab")))),
    Kind(
        "labels that are hard to write",
        columns(
            (my.ENUM("it's", "50 %", "a:b"), {}),
            (my.ENUM("it's", "50 %", "a:b", "back\\slash"), {"server_default": "it's"}),
            (my.ENUM("it's", "50 %", charset="latin1"), {"nullable": False}),
        ),
    ),
    Kind("labels of an own type", columns((Shade("a"), {}), (Shade("a", "b"), {}))),
    Kind(
        "set",
        columns(
            (my.SET("a", "b"), {}),
            (my.SET("a", "b", "c"), {"server_default": "a,b"}),
            (my.SET("50 %", "it's"), {}),
        ),
    ),
    Kind(
        "unsigned",
        columns(
            (my.INTEGER(unsigned=True), {}),
            (my.INTEGER(unsigned=True, zerofill=True), {}),
            (my.BIGINT(unsigned=True), {"server_default": "7"}),
            (my.MEDIUMINT(), {}),
            (my.DECIMAL(8, 2, unsigned=True), {}),
        ),
    ),
    Kind(
        "small numbers",
        columns(
            (sa.Boolean(), {}),
            (sa.Boolean(), {"nullable": False, "server_default": sa.true()}),
            (my.TINYINT(1), {}),
            (my.TINYINT(), {"server_default": "0"}),
            (my.TINYINT(unsigned=True), {}),
        ),
    ),
    Kind(
        "approximate numbers",
        columns(
            (sa.Double(), {}),
            (sa.Float(), {}),
            (sa.Float(53), {}),
            (my.DOUBLE(asdecimal=True), {"server_default": "1.5"}),
            (my.FLOAT(), {"server_default": "0"}),
        ),
    ),
    Kind(
        "moments",
        columns(
            (my.DATETIME(fsp=6), {}),
            (my.DATETIME(fsp=3), {"server_default": sa.text(f"{_NOW}(3)")}),
            (my.TIMESTAMP(), {"server_default": sa.text(_NOW), "nullable": False}),
            (my.TIMESTAMP(fsp=6), {"nullable": True}),
            (my.TIME(fsp=6), {}),
            (my.YEAR(), {}),
        ),
    ),
    Kind(
        "moment of the last change",
        columns(
            (sa.DateTime(), {}),
            (sa.DateTime(), {"server_default": sa.text(f"{_NOW} ON UPDATE {_NOW}")}),
            (
                my.DATETIME(fsp=6),
                {
                    "server_default": sa.text(f"{_NOW}(6) ON UPDATE {_NOW}(6)"),
                    "nullable": False,
                },
            ),
            (sa.DateTime(), {"server_default": sa.text(f"NULL ON UPDATE {_NOW}")}),
        ),
    ),
    Kind(
        "bits, bytes",
        columns(
            (my.BIT(1), {}),
            (my.BIT(8), {"server_default": sa.text("b'101'")}),
            (my.BINARY(4), {}),
            (my.VARBINARY(40), {}),
        ),
    ),
    Kind(
        "large bytes",
        columns((my.TINYBLOB(), {}), (sa.LargeBinary(), {}), (my.LONGBLOB(), {})),
    ),
    Kind(
        "large texts",
        columns(
            (my.TINYTEXT(), {}),
            (sa.Text(), {}),
            (my.MEDIUMTEXT(), {}),
            (my.LONGTEXT(), {}),
            (sa.Text(300), {}),
        ),
    ),
    Kind(
        "document",
        columns(
            (sa.JSON(), {}),
            (sa.JSON(), {"server_default": sa.text("(json_object('fragile', true))")}),
            (sa.JSON(), {"nullable": False, "info": {"backfill": "'{}'"}}),
            (my.LONGTEXT(), {}),
        ),
    ),
    Kind(
        "default of a large text",
        columns(
            (sa.Text(), {}),
            (sa.Text(), {"server_default": sa.text("('it''s 5 %')")}),
            (sa.Text(), {"server_default": sa.text("(concat('a', 'b'))")}),
        ),
    ),
    Kind(
        "default that is an expression",
        columns(
            (sa.String(40), {}),
            (sa.String(40), {"server_default": sa.text("(uuid())")}),
            (sa.Integer(), {"server_default": sa.text("(1 + 2)")}),
            (sa.Date(), {"server_default": sa.text("(curdate())")}),
        ),
    ),
    Kind(
        "collation",
        columns(
            (sa.String(20), {}),
            (sa.String(20, collation="utf8mb4_bin"), {}),
            (my.VARCHAR(20, charset="latin1"), {}),
            (my.VARCHAR(20, charset="ascii", collation="ascii_bin"), {"server_default": "x"}),
        ),
    ),
    Kind("fixed text", columns((sa.CHAR(4), {}), (sa.CHAR(9), {}), (my.CHAR(4, binary=True), {}))),
    Kind(
        "key that numbers itself",
        [
            lambda _: [],
            _key(sa.Integer),
            _key(my.BIGINT(unsigned=True)),
            _key(sa.BigInteger, autoincrement=False),
        ],
    ),
]

_RULES = [
    Kind(
        "index's options",
        rules(
            sa.String(40),
            _index(),
            _index(mysql_length=_length(10)),
            _index(mysql_length=_length(20)),
            _index(mysql_using="btree"),
            _index(lambda p: sa.column(name_of(p)).desc(), "id"),
            _index("id", mysql_length=_length(5), unique=True),
        ),
    ),
    Kind(
        "index of a large text",
        rules(
            sa.Text(),
            _index(mysql_length=_length(10)),
            _index(mysql_length=_length(20), unique=True),
            _index(mysql_prefix="FULLTEXT"),
            _index(mysql_prefix="FULLTEXT", end="_words"),
        ),
    ),
    Kind(
        "index beside another",
        rules(
            sa.Integer(),
            _index(),
            lambda p: [_index()(p), _index(name_of(p), "id", end="_b")(p)],
        ),
    ),
    Kind(
        "foreign key's options",
        rules(
            sa.BigInteger(),
            _reference(),
            _reference(ondelete="RESTRICT"),
            _reference(ondelete="CASCADE", onupdate="CASCADE"),
            _reference(ondelete="SET NULL"),
            lambda p: [_reference()(p), _index()(p)],
            lambda p: _index()(p),
        ),
    ),
    Kind(
        "check of labels",
        [
            lambda p: [p.column("c", sa.String(20))],
            lambda p: [p.column("c", words("a", "b", create_constraint=True))],
            lambda p: [p.column("c", words("a", "b", "c", create_constraint=True))],
            lambda p: [p.column("c", words("it's", "50 %", create_constraint=True))],
        ],
    ),
    Kind(
        "check's text",
        rules(
            sa.String(40),
            lambda p: sa.CheckConstraint(f"{name_of(p)} IN ('a', 'b')", name=f"{p.word}_rule"),
            lambda p: sa.CheckConstraint(f"{name_of(p)} NOT LIKE '%s'", name=f"{p.word}_rule"),
            lambda p: sa.CheckConstraint(
                f"length({name_of(p)}) BETWEEN 1 AND 9", name=f"{p.word}_rule"
            ),
            lambda p: sa.CheckConstraint(rf"{name_of(p)} <> 'a\:b %% c'", name=f"{p.word}_rule"),
            lambda p: sa.CheckConstraint(f"{name_of(p)} <> '`'", name=f"{p.word}_rule"),
        ),
    ),
    Kind(
        "generated of a text",
        [
            lambda p: [p.column("v", sa.String(40))],
            _made("concat({0}_v, ' %')", sa.String(60), False),
            _made("upper({0}_v)", sa.String(60), False),
            _made("char_length({0}_v)", sa.Integer, True),
        ],
    ),
    Kind(
        "index of a generated column",
        [
            lambda p: [p.column("v", sa.Integer)],
            _doubled,
            lambda p: [*_doubled(p), sa.Index(f"ix_{p.table}_{p.word}_g", f"{p.word}_g")],
        ],
    ),
    Kind(
        "column's comment",
        columns(
            (sa.Integer(), {}),
            (sa.Integer(), {"comment": "it's 5 % \\ :so"}),
            (sa.String(20), {"comment": "b", "server_default": "c"}),
        ),
    ),
    Kind(
        "table's comment",
        [
            lambda _: [],
            lambda _: [Options(comment="it's 5 % :so")],
            lambda _: [Options(comment="b")],
        ],
    ),
    Kind(
        "table's characters",
        [
            lambda _: [],
            lambda _: [Options(mysql_charset="utf8mb4", mysql_collate="utf8mb4_bin")],
            lambda _: [Options(mysql_charset="latin1")],
        ],
    ),
    Kind(
        "table's options",
        [
            lambda _: [],
            lambda _: [Options(mysql_engine="InnoDB")],
            lambda _: [Options(mysql_row_format="COMPRESSED")],
            lambda _: [Options(mysql_row_format="DYNAMIC")],
        ],
    ),
]

# MariaDB has no index on an expression, and other parsers.
ONLY_MYSQL = [
    Kind(
        "index of words, with a parser",
        rules(
            sa.Text(),
            _index(mysql_prefix="FULLTEXT"),
            _index(mysql_prefix="FULLTEXT", mysql_with_parser="ngram"),
        ),
    ),
    Kind(
        "index on an expression",
        rules(
            sa.String(20),
            _index(lambda p: sa.text(f"(lower({name_of(p)}))")),
            _index(lambda p: sa.text(f"(concat({name_of(p)}, ' % '))")),
            _index(lambda p: sa.text(f"(upper({name_of(p)})) DESC")),
            _index(lambda p: sa.text(f"(lower({name_of(p)}))"), unique=True),
        ),
    ),
]

KINDS = [*SHARED, *_TYPES, *_RULES, generated(True), generated(False)]
