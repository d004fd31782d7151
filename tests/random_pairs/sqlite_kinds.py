"""The kinds that SQLite has beside those of every database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from .kinds import Kind, Options, Place, Rule, State, columns, rules
from .shared_kinds import SHARED, generated, name_of, words


def _index(*ends: Any, **options: Any) -> Rule:
    def index(p: Place) -> sa.Index:
        made = [end.format(name_of(p)) if isinstance(end, str) else end(p) for end in ends]
        arguments = {k: v(p) if callable(v) else v for k, v in options.items()}
        return sa.Index(f"ix_{p.table}_{name_of(p)}", *(made or [name_of(p)]), **arguments)

    return index


def _check(sql: str, **options: Any) -> Rule:
    return lambda p: sa.CheckConstraint(sql.format(name_of(p)), name=f"{p.word}_rule", **options)


def _unique(**options: Any) -> Rule:
    return lambda p: sa.UniqueConstraint(name_of(p), name=f"uq_{p.table}_{name_of(p)}", **options)


def _reference(**options: Any) -> Rule:
    return lambda p: sa.ForeignKeyConstraint([name_of(p)], [f"{p.other}.id"], **options)


def _key(*columns_: Any, **options: Any) -> State:
    """Return a table whose key is *columns_*, each the arguments of a column."""

    def state(_: Place) -> list[Any]:
        made = [sa.Column(*one, primary_key=True, **more) for *one, more in columns_]
        return [Options(key=made, **options)]

    return state


def _beside(*columns_: Any, **options: Any) -> State:
    """Return a table of its own beside, whose types STRICT takes too."""

    def state(p: Place) -> list[Any]:
        key = sa.Column("id", sa.Integer, primary_key=True)
        made = [sa.Column(*one, **more) for *one, more in columns_]
        info = {"renamed_from": None}
        return [
            sa.Table(f"{p.table}_{p.word}_beside", p.metadata, key, *made, info=info, **options)
        ]

    return state


def _made(sql: str, persisted: bool | None, *more: Any, **options: Any) -> State:
    """Return a generated column over another, with what rests on it."""

    def state(p: Place) -> list[Any]:
        computed = sa.Computed(sql.format(f"{p.word}_v"), persisted=persisted)
        return [
            p.column("v", sa.Integer),
            p.column("g", sa.Integer, computed, **options),
            *(one(p) for one in more),
        ]

    return state


def _child(*rules_: Rule, there: bool = True, **options: Any) -> State:
    """Return a column with *rules_* that a table of its own may refer to."""

    def state(p: Place) -> list[Any]:
        up = sa.Column("up", sa.String(20), sa.ForeignKey(f"{p.table}.{name_of(p)}", **options))
        if there:
            key = sa.Column("id", sa.Integer, primary_key=True)
            info = {"renamed_from": None}
            sa.Table(f"{p.table}_{p.word}_child", p.metadata, key, up, info=info)
        return [p.column("c", sa.String(20)), *(rule(p) for rule in rules_)]

    return state


def _wide(p: Place) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(name_of(p), "id", name=f"{p.word}_wide")


_TYPES = [
    Kind(
        "collation",
        columns(
            (sa.String(20), {}),
            (sa.String(20, collation="NOCASE"), {}),
            (sa.Text(collation="RTRIM"), {"server_default": "x", "nullable": False}),
            (sa.Text(collation="NOCASE"), {"unique": True}),
        ),
    ),
    Kind(
        "affinity",
        columns(
            (sa.Integer(), {}),
            (sa.Text(), {}),
            (sa.REAL(), {}),
            (sa.LargeBinary(), {}),
            (sa.Numeric(), {}),
        ),
    ),
    Kind(
        "default, an expression",
        columns(
            (sa.Integer(), {"server_default": sa.text("(1 + 1)")}),
            (sa.Integer(), {"server_default": sa.text("((1) + (2))")}),
            (sa.Integer(), {"server_default": sa.text("-7")}),
            (sa.String(40), {"server_default": sa.text("(lower('A') || '%')")}),
            (sa.DateTime(), {"server_default": sa.text("CURRENT_TIMESTAMP")}),
            (sa.Boolean(), {"server_default": sa.false(), "nullable": False}),
            (sa.String(40), {"server_default": 'back\\slash "quoted" it\'s'}),
            (sa.LargeBinary(), {"server_default": sa.text("x'00ff'")}),
            (sa.DateTime(), {"server_default": sa.func.now(), "nullable": False}),
        ),
    ),
    Kind(
        "default that a NOT NULL column gets",
        columns(
            (sa.String(40), {}),
            (sa.String(40), {"nullable": False, "server_default": sa.text(r"'at \:noon %'")}),
            (sa.String(40), {"nullable": False, "server_default": sa.text("(hex(1))")}),
            (sa.String(40), {"nullable": False, "server_default": sa.text("(random())")}),
        ),
    ),
]

_KEYS = [
    Kind(
        "key",
        [
            lambda _: [],
            _key(("id", sa.Integer, {})),
            _key(("id", sa.Integer, {}), sqlite_autoincrement=True),
            _key(("id", sa.BigInteger, {"autoincrement": False})),
            _key(("id", sa.Integer, {}), ("k", sa.String(20), {"server_default": "a"})),
            _key(("id", sa.Integer, {"autoincrement": False}), sqlite_with_rowid=False),
        ],
    ),
    Kind(
        "table's options",
        [
            lambda _: [],
            _beside(("a", sa.Text, {})),
            _beside(("a", sa.Text, {}), ("b", sa.Integer, {}), sqlite_strict=True),
            _beside(("a", sa.Text, {}), sqlite_with_rowid=False),
            _beside(("a", sa.Text, {"unique": True}), sqlite_strict=True, sqlite_with_rowid=False),
            _beside(("a", sa.Text, {"index": True}), sqlite_autoincrement=True),
        ],
    ),
    Kind(
        "strict table's columns",
        [
            _beside(("a", sa.Text, {}), sqlite_strict=True),
            _beside(("a", sa.Text, {}), ("b", sa.REAL, {"index": True}), sqlite_strict=True),
            _beside(("a", sa.Text, {"server_default": "x"}), sqlite_strict=True),
            _beside(("a", sa.Text, {"nullable": False, "server_default": "x"}), sqlite_strict=True),
        ],
    ),
]

_RULES = [
    Kind(
        "index's options",
        rules(
            sa.String(20),
            _index(),
            _index(sqlite_where=lambda p: sa.text(f"{name_of(p)} <> ''")),
            _index(sqlite_where=lambda p: sa.text(rf"{name_of(p)} LIKE '\:a%'")),
            _index(sqlite_where=lambda p: sa.column(name_of(p)) != "it's"),
            _index(unique=True, sqlite_where=lambda p: sa.text(f"{name_of(p)} IS NOT NULL")),
            _index(unique=True),
        ),
    ),
    Kind(
        "index on an expression",
        rules(
            sa.String(20),
            _index(lambda p: sa.func.lower(sa.column(name_of(p)))),
            _index(lambda p: sa.text(f"upper({name_of(p)})")),
            _index(lambda p: sa.text(f"({name_of(p)} || ' % \\')")),
            _index(lambda p: sa.text(f"{name_of(p)} DESC")),
            _index(lambda p: sa.text(f"{name_of(p)} COLLATE NOCASE"), "id"),
            _index(lambda p: sa.column(name_of(p)).desc(), unique=True),
            _index(lambda p: sa.func.lower(sa.column(name_of(p))), unique=True),
        ),
    ),
    Kind(
        "check of labels",
        [
            lambda p: [p.column("c", sa.String(20))],
            lambda p: [p.column("c", words("a", "b", create_constraint=True))],
            lambda p: [p.column("c", words("a", "b", "c", create_constraint=True))],
            lambda p: [p.column("c", words("it's", "50 %", create_constraint=True))],
            lambda p: [p.column("c", sa.Enum("a", "b", name="word", create_constraint=True))],
            lambda _: [],
        ],
    ),
    Kind(
        "check of a boolean",
        [
            lambda p: [p.column("c", sa.Integer)],
            lambda p: [p.column("c", sa.Boolean)],
            lambda p: [p.column("c", sa.Boolean(create_constraint=True, name="truth"))],
            lambda _: [],
        ],
    ),
    Kind(
        "check's options",
        rules(
            sa.Integer(),
            _check("{0} > 0"),
            _check("{0} > 0", comment="it's 5 % : so"),
            _check("{0} IN (1, 2) /* few */"),
            _check("{0} BETWEEN 1 AND 9 /* a, b) */"),
            _check("({0} > 0) AND ({0} < 5)"),
        ),
    ),
    Kind(
        "check inside a column",
        [
            lambda p: [p.column("c", sa.Integer)],
            lambda p: [
                p.column("c", sa.Integer, sa.CheckConstraint(f"{name_of(p)} > 0", name="pos"))
            ],
            lambda p: [
                p.column("c", sa.Integer, sa.CheckConstraint(f"{name_of(p)} > 1", name="pos"))
            ],
            lambda _: [],
        ],
    ),
    Kind(
        "unique's options",
        rules(
            sa.String(20),
            _unique(),
            _unique(sqlite_on_conflict="IGNORE"),
            _unique(sqlite_on_conflict="REPLACE"),
            _unique(comment="it's a rule"),
            _unique(info={"why": "so"}),
        ),
    ),
    Kind(
        "conflict clauses of a column",
        columns(
            (sa.Integer(), {}),
            (sa.Integer(), {"unique": True}),
            (sa.Integer(), {"unique": True, "sqlite_on_conflict_unique": "IGNORE"}),
            (sa.Integer(), {"nullable": False, "server_default": "1"}),
            (
                sa.Integer(),
                {
                    "nullable": False,
                    "server_default": "1",
                    "sqlite_on_conflict_not_null": "REPLACE",
                },
            ),
        ),
    ),
    Kind(
        "foreign key's options",
        rules(
            sa.Integer(),
            _reference(),
            _reference(deferrable=True),
            _reference(deferrable=True, initially="DEFERRED"),
            _reference(match="FULL"),
            _reference(comment="50 % : of it"),
            _reference(ondelete="RESTRICT", onupdate="SET DEFAULT"),
        ),
    ),
    Kind(
        "foreign key inside a column",
        [
            lambda p: [p.column("c", sa.Integer)],
            lambda p: [p.column("c", sa.Integer, sa.ForeignKey(f"{p.other}.id"))],
            lambda p: [
                p.column("c", sa.Integer, sa.ForeignKey(f"{p.other}.id", ondelete="CASCADE"))
            ],
            lambda p: [
                p.column("c", sa.Integer, sa.ForeignKey(f"{p.other}.id"), index=True, unique=True)
            ],
            lambda _: [],
        ],
    ),
    Kind(
        "foreign key on a text that is unique",
        rules(
            sa.String(30),
            lambda p: sa.ForeignKeyConstraint([name_of(p)], [f"{p.other}.code"]),
            lambda p: sa.ForeignKeyConstraint(
                [name_of(p)], [f"{p.other}.code"], name=f"{p.word}_other"
            ),
        ),
    ),
    Kind(
        "rule that a key of another table rests on",
        [
            _child(there=False),
            _child(_wide, there=False),
            _child(_unique()),
            _child(_unique(), ondelete="CASCADE"),
            _child(lambda p: sa.UniqueConstraint(name_of(p), name=f"{p.word}_renamed")),
            _child(_index(unique=True)),
            _child(_unique(sqlite_on_conflict="IGNORE")),
        ],
    ),
    Kind(
        "foreign key on the table itself",
        rules(
            sa.Integer(),
            lambda p: sa.ForeignKeyConstraint([name_of(p)], [f"{p.table}.id"]),
            lambda p: sa.ForeignKeyConstraint([name_of(p)], [f"{p.table}.id"], ondelete="CASCADE"),
        ),
    ),
    Kind(
        "generated column and what rests on it",
        [
            lambda p: [p.column("v", sa.Integer)],
            _made("{0} + 1", False),
            _made("{0} + 1", False, index=True),
            _made("{0} + 1", False, unique=True),
            _made(
                "{0} % 7",
                False,
                lambda p: sa.CheckConstraint(f"{p.word}_g >= 0", name=f"{p.word}_sane"),
            ),
            _made("{0} + 1", True, index=True),
            _made("coalesce({0}, 1)", True, nullable=False),
            _made("coalesce({0}, 1)", False, nullable=False),
            lambda _: [],
        ],
    ),
    Kind(
        "comments, which are not kept",
        [
            lambda p: [p.column("c", sa.Integer)],
            lambda p: [p.column("c", sa.Integer, comment="it's 5 % \\ :so")],
            lambda p: [p.column("c", sa.Integer, comment="b"), Options(comment="50 % :so")],
        ],
    ),
    Kind(
        "names that must be quoted",
        [
            lambda p: [p.column("c d", sa.String(20))],
            lambda p: [
                p.column("c d", sa.String(20), index=True, nullable=False, server_default="x"),
                p.column("Über", sa.Integer, unique=True),
            ],
            lambda p: [
                p.column("c d", sa.String(20)),
                sa.CheckConstraint(f"\"{p.word}_c d\" <> ''", name=f"{p.word}_a-b"),
                p.column("50 %", sa.Integer, server_default="1", nullable=False),
                sa.Index(f"ix-{p.table}-{p.word}", f"{p.word}_c d", f"{p.word}_50 %"),
            ],
            lambda p: [p.column("it's :so", sa.Text, server_default="a:b")],
        ],
    ),
]

_OF_SQLITE = {"primary key"}  # among the kinds of keys above
KINDS = [
    *(kind for kind in SHARED if kind.name not in _OF_SQLITE),
    *_TYPES,
    *_KEYS,
    *_RULES,
    generated(True),
    generated(False),
    generated(None),
]
