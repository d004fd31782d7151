"""Random models: a specification as plain data, changed at random, and the tables made of it."""

from __future__ import annotations

import copy
import random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

Spec = dict[str, Any]

# Kinds of columns, each with the types it may change to in one step.
TYPES: dict[str, list[Any]] = {
    "short": [sa.String(20), sa.String(40), sa.Text()],
    "amount": [sa.Numeric(8, 2), sa.Numeric(12, 2)],
    "count": [sa.Integer()],
    "big": [sa.BigInteger()],
    "flag": [sa.Boolean()],
    "day": [sa.Date()],
    "moment": [sa.DateTime(timezone=True)],
    "data": [pg.JSONB()],
    "tags": [pg.ARRAY(sa.Text())],
    "key": [sa.Uuid()],
}
DEFAULTS: dict[str, list[str | None]] = {
    "short": [None, "'x'", "'it''s'"],
    "amount": [None, "0", "1.5"],
    "count": [None, "7", "-1"],
    "big": [None, "0"],
    "flag": [None, "false", "true"],
    "day": [None, "CURRENT_DATE"],
    "moment": [None, "now()", "clock_timestamp()"],
    "data": [None, "'{}'"],
    "tags": [None, "'{}'"],
    "key": [None, "gen_random_uuid()"],
}
LABELS = ["red", "green", "blue", "grey", "pink"]


def random_spec(rng: random.Random) -> Spec:
    """Return the specification of a few tables."""
    spec: Spec = {"tables": {}, "enums": {"hue": LABELS[:2]}}
    for number in range(rng.randint(1, 4)):
        spec["tables"][f"t{number}"] = _table(rng, spec)
    return spec


def changed(rng: random.Random, spec: Spec) -> Spec:
    """Return a copy of *spec* with several random changes."""
    spec = copy.deepcopy(spec)
    for _ in range(rng.randint(1, 8)):
        rng.choice(_CHANGES)(rng, spec)
    _repair(spec)
    return spec


def metadata_of(spec: Spec, convention: dict[str, str]) -> sa.MetaData:
    """Return the tables of *spec*."""
    metadata = sa.MetaData(naming_convention=convention)
    for name, table in spec["tables"].items():
        parts: list[Any] = [_column(c, column, spec) for c, column in table["columns"].items()]
        key = [sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)]
        for number, columns in enumerate(table["uniques"]):
            parts.append(sa.UniqueConstraint(*columns, name=f"uq_{name}_{number}_{len(columns)}"))
        for columns in table["indexes"]:
            parts.append(sa.Index(f"ix_{name}_{'_'.join(columns)}", *columns))
        for column, limit in table["checks"].items():
            parts.append(sa.CheckConstraint(f"{column} > {limit}", name=f"{column}_limit"))
        sa.Table(
            name,
            metadata,
            *key,
            *parts,
            comment=table["comment"],
            # A column or table that comes while another goes is another one, not a rename.
            info={"renamed_from": None},
        )
    return metadata


def _column(name: str, column: Spec, spec: Spec) -> sa.Column[Any]:
    if column["kind"] == "enum":
        type_: Any = sa.Enum(*spec["enums"]["hue"], name="hue")
    else:
        type_ = TYPES[column["kind"]][column["step"]]
    default = column["default"]
    key = [sa.ForeignKey(f"{column['target']}.id")] if column.get("target") else []
    info: dict[str, Any] = {"renamed_from": None}
    if not column["nullable"]:
        info["backfill"] = _value(column, spec)
    return sa.Column(
        name,
        type_,
        *key,
        nullable=column["nullable"],
        server_default=None if default is None else sa.text(default),
        comment=column["comment"],
        info=info,
    )


def _value(column: Spec, spec: Spec) -> str:
    if column["kind"] == "enum":
        return f"'{spec['enums']['hue'][0]}'"
    known = [d for d in DEFAULTS[column["kind"]] if d is not None]
    return known[0]


def _new_column(rng: random.Random, spec: Spec) -> Spec:
    kind = rng.choice([*TYPES, "enum"])
    default = None if kind == "enum" else rng.choice(DEFAULTS[kind])
    column = {
        "kind": kind,
        "step": 0,
        "default": default,
        "nullable": rng.random() < 0.6,
        "comment": rng.choice([None, None, "a note", "it's one"]),
    }
    if kind == "big" and spec["tables"] and rng.random() < 0.7:
        column |= {"target": rng.choice(list(spec["tables"])), "nullable": True, "default": None}
    return column


def _table(rng: random.Random, spec: Spec) -> Spec:
    table: Spec = {"columns": {}, "uniques": [], "indexes": [], "checks": {}, "comment": None}
    for number in range(rng.randint(1, 5)):
        table["columns"][f"c{number}"] = _new_column(rng, spec)
    return table


def _pick(rng: random.Random, spec: Spec) -> Spec:
    table: Spec = spec["tables"][rng.choice(list(spec["tables"]))]
    return table


def _add_table(rng: random.Random, spec: Spec) -> None:
    spec["tables"][f"t{rng.randint(10, 99)}"] = _table(rng, spec)


def _drop_table(rng: random.Random, spec: Spec) -> None:
    if len(spec["tables"]) > 1:
        del spec["tables"][rng.choice(list(spec["tables"]))]


def _add_column(rng: random.Random, spec: Spec) -> None:
    _pick(rng, spec)["columns"][f"n{rng.randint(10, 99)}"] = _new_column(rng, spec)


def _drop_column(rng: random.Random, spec: Spec) -> None:
    columns = _pick(rng, spec)["columns"]
    if columns:
        del columns[rng.choice(list(columns))]


def _alter_column(rng: random.Random, spec: Spec) -> None:
    columns = _pick(rng, spec)["columns"]
    if not columns:
        return
    column = columns[rng.choice(list(columns))]
    what = rng.choice(["nullable", "default", "comment", "step"])
    if what == "nullable" and not column.get("target"):
        column["nullable"] = not column["nullable"]
    elif what == "default" and column["kind"] != "enum" and not column.get("target"):
        column["default"] = rng.choice(DEFAULTS[column["kind"]])
    elif what == "comment":
        column["comment"] = rng.choice([None, "another", "quote ' and % and :colon"])
    elif what == "step" and column["kind"] != "enum":
        column["step"] = min(column["step"] + 1, len(TYPES[column["kind"]]) - 1)


def _toggle_index(rng: random.Random, spec: Spec) -> None:
    table = _pick(rng, spec)
    names = [n for n, c in table["columns"].items() if c["kind"] not in ("data", "tags")]
    if names:
        columns = sorted(rng.sample(names, min(len(names), rng.randint(1, 2))))
        where = table[rng.choice(["indexes", "uniques"])]
        where.remove(columns) if columns in where else where.append(columns)


def _toggle_check(rng: random.Random, spec: Spec) -> None:
    table = _pick(rng, spec)
    names = [n for n, c in table["columns"].items() if c["kind"] in ("count", "amount")]
    if names:
        name = rng.choice(names)
        table["checks"][name] = rng.choice([-5, -10])


def _add_label(rng: random.Random, spec: Spec) -> None:
    labels = spec["enums"]["hue"]
    new = [label for label in LABELS if label not in labels]
    if new:
        labels.insert(rng.randint(0, len(labels)), new[0])


def _comment_table(rng: random.Random, spec: Spec) -> None:
    _pick(rng, spec)["comment"] = rng.choice([None, "about", "it's"])


_CHANGES = [
    _add_table,
    _drop_table,
    _add_column,
    _add_column,
    _drop_column,
    _alter_column,
    _alter_column,
    _toggle_index,
    _toggle_index,
    _toggle_check,
    _add_label,
    _comment_table,
]


def _repair(spec: Spec) -> None:
    """Take out what names a column or table that is gone."""
    for table in spec["tables"].values():
        columns = table["columns"]
        for name in ("uniques", "indexes"):
            table[name] = [item for item in table[name] if set(item) <= set(columns)]
        table["checks"] = {
            n: limit
            for n, limit in table["checks"].items()
            if n in columns and columns[n]["kind"] in ("count", "amount")
        }
        for column in columns.values():
            if column.get("target") not in (None, *spec["tables"]):
                column["target"] = None
