"""The kinds that every database has."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import sqlalchemy as sa

from .kinds import Kind, Options, Place, State, columns, rules


class Seconds(sa.TypeDecorator[int]):
    """A type of the application's own."""

    impl = sa.Integer
    cache_ok = True


def words(*labels: str, **options: Any) -> sa.Enum:
    """Return an enum whose labels are kept by a CHECK (native where *options* say so)."""
    return sa.Enum(*labels, name="word", **{"native_enum": False, "length": 20} | options)


def _reference(place: Place, **options: Any) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([f"{place.word}_c"], [f"{place.other}.id"], **options)


def name_of(place: Place) -> str:
    """Return the name of the column ``c``."""
    return f"{place.word}_c"


_TYPES = [
    Kind("text type", columns((sa.String(20), {}), (sa.String(40), {}), (sa.Text(), {}))),
    Kind(
        "amount", columns((sa.Numeric(8, 2), {}), (sa.Numeric(12, 2), {}), (sa.Numeric(12, 4), {}))
    ),
    Kind("count", columns((sa.SmallInteger(), {}), (sa.Integer(), {}), (sa.BigInteger(), {}))),
    Kind(
        "times", columns((sa.Date(), {}), (sa.DateTime(), {}), (sa.Time(), {}), (sa.Interval(), {}))
    ),
    Kind(
        "own type", columns((Seconds(), {}), (sa.Integer(), {}), (sa.JSON(), {}), (sa.Uuid(), {}))
    ),
    Kind("bytes", columns((sa.LargeBinary(), {}), (sa.Boolean(), {}), (sa.Float(), {}))),
]

_VALUES = [
    Kind(
        "nullable",
        columns(
            (sa.Integer(), {}),
            (sa.Integer(), {"nullable": False, "info": {"backfill": "7"}}),
            (sa.Integer(), {"nullable": False, "server_default": "3"}),
            (sa.Integer(), {"nullable": False, "default": 0}),
        ),
    ),
    Kind(
        "value of old rows",
        columns(
            (sa.String(40), {}),
            (sa.String(40), {"nullable": False, "info": {"backfill": "'(:none)'"}}),
            (sa.String(40), {"nullable": False, "info": {"backfill": "'100 %s of it''s'"}}),
            (sa.String(40), {"nullable": False, "info": {"backfill": "'at :' || id"}}),
        ),
    ),
    Kind(
        "default",
        columns(
            (sa.String(40), {}),
            (sa.String(40), {"server_default": "plain"}),
            (sa.String(40), {"server_default": sa.text(r"'at \:noon'")}),
            (sa.String(40), {"server_default": sa.text("'50 % of it''s'")}),
            (sa.String(40), {"server_default": "say :word"}),
            (sa.String(40), {"server_default": sa.FetchedValue()}),
        ),
    ),
    Kind(
        "default of a number or moment",
        columns(
            (sa.Numeric(8, 2), {}),
            (sa.Numeric(8, 2), {"server_default": str(decimal.Decimal("1.50"))}),
            (sa.Numeric(8, 2), {"server_default": sa.text("-1")}),
            (sa.Date(), {"server_default": str(datetime.date(2020, 2, 29))}),
            (sa.DateTime(), {"server_default": sa.func.now()}),
        ),
    ),
]

_RULES = [
    Kind(
        "index",
        rules(
            sa.String(20),
            lambda p: sa.Index(f"ix_{p.table}_{name_of(p)}", name_of(p)),
            lambda p: sa.Index(f"ix_{p.table}_{name_of(p)}", name_of(p), "id"),
            lambda p: sa.Index(f"ix_{p.table}_{name_of(p)}", name_of(p), unique=True),
            lambda p: sa.Index(f"ix_{p.table}_{p.word}_renamed", name_of(p)),
            lambda p: sa.Index(f"ix_{p.table}_{name_of(p)}", sa.column(name_of(p)).desc()),
        ),
    ),
    Kind(
        "unique",
        rules(
            sa.String(20),
            lambda p: sa.UniqueConstraint(name_of(p)),
            lambda p: sa.UniqueConstraint(name_of(p), "id", name=f"uq_{p.table}_{name_of(p)}"),
            lambda p: sa.UniqueConstraint(name_of(p), name=f"{p.table}_{name_of(p)}_key"),
        ),
    ),
    Kind(
        "check",
        rules(
            sa.Integer(),
            lambda p: sa.CheckConstraint(f"{name_of(p)} > 0", name=f"{p.word}_rule"),
            lambda p: sa.CheckConstraint(f"{name_of(p)} % 2 = 0", name=f"{p.word}_rule"),
            lambda p: sa.CheckConstraint(
                f"{name_of(p)} <> 3 AND {name_of(p)} < 9", name=f"{p.word}_rule"
            ),
            lambda p: sa.CheckConstraint(f"{name_of(p)} > 0", name=f"{p.word}_renamed"),
        ),
    ),
    Kind(
        "check of a text",
        rules(
            sa.String(20),
            lambda p: sa.CheckConstraint(rf"{name_of(p)} <> '\:word'", name=f"{p.word}_rule"),
            lambda p: sa.CheckConstraint(f"{name_of(p)} LIKE 'a%'", name=f"{p.word}_rule"),
            lambda p: sa.CheckConstraint(f"{name_of(p)} <> 'it''s %(x)s'", name=f"{p.word}_rule"),
        ),
    ),
    Kind(
        "foreign key",
        rules(
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            _reference,
            lambda p: _reference(p, ondelete="CASCADE"),
            lambda p: _reference(p, ondelete="SET NULL", onupdate="CASCADE"),
            lambda p: _reference(p, name=f"{p.table}_{name_of(p)}_fkey"),
        ),
    ),
    Kind(
        "key on a rule that comes",
        [
            lambda p: [p.column("a", sa.Integer)],
            lambda p: [
                p.column("a", sa.Integer, unique=True),
                sa.Table(
                    f"{p.table}_{p.word}_child",
                    p.metadata,
                    sa.Column("id", sa.Integer, primary_key=True),
                    sa.Column("up", sa.Integer, sa.ForeignKey(f"{p.table}.{p.word}_a")),
                    info={"renamed_from": None},
                ),
            ],
        ],
    ),
    Kind(
        "primary key",
        [
            lambda _: [],
            lambda p: [
                Options(
                    key=[
                        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
                        p.column("k", sa.String(20), primary_key=True, server_default="a"),
                    ]
                )
            ],
        ],
    ),
    Kind(
        "two columns of a rule",
        [
            lambda p: [p.column("a", sa.Integer)],
            lambda p: [
                p.column("a", sa.Integer),
                p.column("b", sa.Integer),
                sa.Index(f"ix_{p.table}_{p.word}", f"{p.word}_a", f"{p.word}_b"),
            ],
            lambda p: [
                p.column("b", sa.Integer),
                p.column("a", sa.Integer),
                sa.UniqueConstraint(f"{p.word}_a", f"{p.word}_b", name=f"uq_{p.table}_{p.word}"),
                sa.CheckConstraint(f"{p.word}_a < {p.word}_b", name=f"{p.word}_apart"),
            ],
        ],
    ),
]


def _generated(sql: str, persisted: bool | None) -> State:
    return lambda p: [
        p.column("v", sa.Integer),
        p.column("g", sa.Integer, sa.Computed(sql.format(p.word), persisted=persisted)),
    ]


def generated(persisted: bool | None) -> Kind:
    """Return a column that is made of another: kept in the row where *persisted* says so."""
    return Kind(
        f"generated, persisted={persisted}",
        [
            lambda p: [p.column("v", sa.Integer)],
            lambda _: [],
            _generated("{0}_v + 1", persisted),
            _generated("{0}_v % 7", persisted),
        ],
    )


SHARED = [*_TYPES, *_VALUES, *_RULES]
