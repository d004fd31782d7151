"""The kinds that PostgreSQL has beside those of every database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from .kinds import Kind, Options, Place, Rule, State, columns, rules
from .shared_kinds import SHARED, generated, name_of, words


class Shade(sa.TypeDecorator[str]):
    """An application's own type over labels."""

    impl = sa.Enum
    cache_ok = True


def _unique(**options: Any) -> Rule:
    return lambda p: sa.UniqueConstraint(name_of(p), name=f"uq_{p.table}_{name_of(p)}", **options)


def _index(*ends: Any, **options: Any) -> Rule:
    def index(p: Place) -> sa.Index:
        made = [end.format(name_of(p)) if isinstance(end, str) else end(p) for end in ends]
        arguments = {k: v(p) if callable(v) else v for k, v in options.items()}
        return sa.Index(f"ix_{p.table}_{name_of(p)}", *(made or [name_of(p)]), **arguments)

    return index


def _native(*labels: str, **options: Any) -> State:
    def state(p: Place) -> list[Any]:
        name = f"{p.table}_{p.word}_hue"
        return [p.column("c", sa.Enum(*labels, name=name, **options))]

    return state


def _variant(*labels: str) -> State:
    def state(p: Place) -> list[Any]:
        enum = pg.ENUM(*labels, name=f"{p.table}_{p.word}_kind")
        return [p.column("c", sa.String(20).with_variant(enum, "postgresql"))]

    return state


def _decorated(*labels: str) -> State:
    return lambda p: [p.column("c", Shade(*labels, name=f"{p.table}_{p.word}_shade"))]


def _domain(check: str | None, **options: Any) -> State:
    def state(p: Place) -> list[Any]:
        name = f"{p.table}_{p.word}_dom"
        rule: dict[str, Any] = (
            {} if check is None else {"check": check, "constraint_name": f"{name}_rule"}
        )
        return [p.column("c", pg.DOMAIN(name, sa.Text(), **rule, **options))]

    return state


def _sequence(**options: Any) -> State:
    def state(p: Place) -> list[Any]:
        sequence = sa.Sequence(f"{p.table}_{p.word}_seq", metadata=p.metadata, **options)
        return [p.column("c", sa.BigInteger, server_default=sequence.next_value())]

    return state


def _reference(**options: Any) -> Rule:
    return lambda p: sa.ForeignKeyConstraint([name_of(p)], [f"{p.other}.id"], **options)


def _exclude(**options: Any) -> Rule:
    return lambda p: pg.ExcludeConstraint(
        (sa.column(name_of(p)), "&&"),
        name=f"ex_{p.table}_{p.word}",
        **{k: sa.text(v.format(name_of(p))) if k == "where" else v for k, v in options.items()},
    )


_TYPES = [
    Kind(
        "array, json, network",
        columns(
            (pg.ARRAY(sa.Text()), {}),
            (pg.ARRAY(sa.Integer()), {"server_default": "{}"}),
            (pg.JSONB(), {"server_default": sa.text("""'{"fragile"\\:true}'::jsonb""")}),
            (pg.INET(), {}),
            (pg.TSVECTOR(), {}),
        ),
    ),
    Kind(
        "ranges, bits",
        columns((pg.INT4RANGE(), {}), (pg.TSTZRANGE(), {}), (pg.BIT(3), {}), (pg.MONEY(), {})),
    ),
    Kind(
        "length or precision that appears or goes",
        columns(
            (sa.String(), {}),
            (sa.String(5), {}),
            (sa.Numeric(), {}),
            (sa.Numeric(8, 2), {}),
            (pg.TIMESTAMP(precision=3), {}),
            (sa.DateTime(), {}),
        ),
    ),
    Kind(
        "interval and time zones",
        columns(
            (pg.INTERVAL(), {}),
            (pg.INTERVAL(precision=3), {}),
            (sa.DateTime(timezone=True), {}),
            (sa.Time(timezone=True), {}),
        ),
    ),
    Kind(
        "collation",
        columns(
            (sa.String(20), {}),
            (sa.String(20, collation="C"), {}),
            (sa.Text(collation="POSIX"), {}),
        ),
    ),
    Kind("enum", [lambda _: [], _native("a", "b"), _native("a", "b", "c"), _native("z", "a", "b")]),
    Kind(
        "enum from text",
        [lambda p: [p.column("c", sa.String(20))], _native("a", "b"), _native("a", "b", "c")],
    ),
    Kind("enum of a variant", [lambda _: [], _variant("a"), _variant("a", "b")]),
    Kind("enum of an own type", [lambda _: [], _decorated("a"), _decorated("a", "b")]),
    Kind("domain", [lambda _: [], _domain(None), _domain("VALUE <> ''"), _domain("VALUE <> 'x'")]),
    Kind(
        "domain from text",
        [lambda p: [p.column("c", sa.Text)], _domain("VALUE <> ''"), _domain(None, not_null=False)],
    ),
    Kind(
        "sequence",
        [
            lambda p: [p.column("c", sa.BigInteger)],
            _sequence(),
            _sequence(start=100, increment=5),
            _sequence(cache=10, maxvalue=10**6),
        ],
    ),
    Kind(
        "sequence of its own",
        [
            lambda _: [],
            lambda p: [sa.Sequence(f"{p.table}_{p.word}_free", metadata=p.metadata)],
            lambda p: [
                sa.Sequence(
                    f"{p.table}_{p.word}_free", metadata=p.metadata, cycle=True, maxvalue=99
                )
            ],
        ],
    ),
    Kind(
        "key that numbers itself",
        [
            lambda _: [],
            lambda _: [Options(key=[sa.Column("id", sa.Integer, primary_key=True)])],
            lambda _: [
                Options(key=[sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)])
            ],
            lambda _: [
                Options(
                    key=[
                        sa.Column(
                            "id", sa.BigInteger, sa.Identity(always=True, start=7), primary_key=True
                        )
                    ]
                )
            ],
            lambda _: [
                Options(key=[sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False)])
            ],
        ],
    ),
]

_RULES = [
    Kind(
        "unique's options",
        rules(
            sa.String(20),
            _unique(),
            _unique(deferrable=True, initially="DEFERRED"),
            _unique(postgresql_nulls_not_distinct=True),
            _unique(postgresql_include=["id"]),
            _unique(comment="it's a rule"),
        ),
    ),
    Kind(
        "foreign key's options",
        rules(
            sa.BigInteger(),
            _reference(),
            _reference(deferrable=True),
            _reference(match="FULL"),
            _reference(comment="50 % : of it"),
            _reference(ondelete="RESTRICT"),
        ),
    ),
    Kind(
        "index's options",
        rules(
            sa.String(20),
            _index(),
            _index(postgresql_where=lambda p: sa.text(f"{name_of(p)} <> ''")),
            _index(postgresql_where=lambda p: sa.text(rf"{name_of(p)} LIKE '\:a%'")),
            _index(postgresql_include=["id"]),
            _index(postgresql_ops=lambda p: {name_of(p): "varchar_pattern_ops"}),
            _index(postgresql_using="hash"),
            _index(postgresql_with={"fillfactor": 70}),
        ),
    ),
    Kind(
        "index on an expression",
        rules(
            sa.String(20),
            _index(lambda p: sa.func.lower(sa.column(name_of(p)))),
            _index(lambda p: sa.text(f"upper({name_of(p)})")),
            _index(lambda p: sa.text(f"({name_of(p)} || ' % ')")),
            _index(lambda p: sa.text(f"{name_of(p)} DESC NULLS LAST")),
            _index(lambda p: sa.text(f'{name_of(p)} COLLATE "C"')),
            _index(lambda p: sa.func.lower(sa.column(name_of(p))), unique=True),
        ),
    ),
    Kind(
        "exclusion",
        rules(
            pg.INT4RANGE(),
            _exclude(),
            _exclude(where="{0} <> 'empty'"),
            _exclude(using="gist", deferrable=True),
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
        "check's options",
        rules(
            sa.Integer(),
            lambda p: sa.CheckConstraint(f"{name_of(p)} > 0", name=f"{p.word}_rule"),
            lambda p: sa.CheckConstraint(
                f"{name_of(p)} > 0", name=f"{p.word}_rule", comment="why: so"
            ),
            lambda p: sa.CheckConstraint(f"{name_of(p)} IN (1, 2)", name=f"{p.word}_rule"),
        ),
    ),
    Kind(
        "column's comment",
        columns(
            (sa.Integer(), {}),
            (sa.Integer(), {"comment": "it's 5 % \\ :so"}),
            (sa.Integer(), {"comment": "b"}),
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
        "table's storage",
        [
            lambda _: [],
            lambda _: [Options(postgresql_with={"fillfactor": 70})],
            lambda _: [Options(postgresql_with={"fillfactor": 80, "autovacuum_enabled": False})],
        ],
    ),
]

KINDS = [*SHARED, *_TYPES, *_RULES, generated(True), generated(False)]
