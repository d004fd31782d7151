"""A foreign key that changes what it does, not what it refers to: at no moment is there none."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations, ops
from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.schema import AddConstraint, conv

from ...internals import render_foreign_key
from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier, name_in_database, shortened
from ...operations.rank import Contract, Expand
from ...operations.stand_in import StandIn
from ...phase import CONTRACT, EXPAND
from .references import unwatched

_UNSAID = (None, "NO ACTION")


class ReplaceForeignKey(StandIn[ops.CreateForeignKeyOp]):
    """``op.replace_foreign_key(name, source, referent, local_cols, remote_cols, …)``.

    No statement of MySQL drops a key and adds another under its name (error 1826): a passing name
    stands between, and each of the two statements swaps one key for the other. Rows are not read,
    for the old key has watched over them. Can be repeated after a cut at any point.
    """

    name = "replace_foreign_key"
    footprint = Footprint("metadata lock, for an instant")
    ranks = {EXPAND: Expand.FOREIGN_KEYS, CONTRACT: Contract.FOREIGN_KEYS}
    commits = True
    plain_class = ops.CreateForeignKeyOp
    plain_name = "create_foreign_key"
    plain_render = render_foreign_key

    def run(self, operations: Operations) -> None:
        """Put the key in the place of the one that has its name; add it where none has."""
        key: Any = self.plain.to_constraint(operations.migration_context)
        impl: Any = operations.impl
        name = name_in_database(operations, key.name, "constraint")
        passing = shortened(f"{name}_new")
        found = {name: None} if operations.migration_context.as_sql else _keys(operations, key)
        if passing not in found and name in found and found[name] == _said(key):
            return
        if not {name, passing} & found.keys():
            impl.add_constraint(key)
            return
        drop = {
            each: f"DROP FOREIGN KEY {identifier(operations, each)}" for each in (name, passing)
        }
        steps = [f"{drop[passing]}, {_added(operations, key, name)}"]
        if name in found:
            steps.insert(0, f"{drop[name]}, {_added(operations, key, passing)}")
        if {name, passing} <= found.keys():
            steps.insert(0, drop[passing])
        with unwatched(impl.send_plainly):
            for step in steps:
                impl.change(key.table.name, key.table.schema, step)


def _keys(operations: Operations, key: ForeignKeyConstraint) -> dict[str, Any]:
    """Return what each foreign key of the table says, by its name."""
    found = sa.inspect(operations.get_bind()).get_foreign_keys(key.table.name, key.table.schema)
    return {
        str(one["name"]): (
            list(zip(one["constrained_columns"], one["referred_columns"], strict=True)),
            one["referred_table"],
            [_action(one["options"].get(event)) for event in ("ondelete", "onupdate")],
        )
        for one in found
    }


def _said(key: ForeignKeyConstraint) -> Any:
    """Return the same of *key*."""
    pairs = [(element.parent.name, element.column.name) for element in key.elements]
    actions = [_action(action) for action in (key.ondelete, key.onupdate)]
    return pairs, key.elements[0].column.table.name, actions


def _action(said: str | None) -> str | None:
    return None if said in _UNSAID else str(said).upper()


def _added(operations: Operations, key: ForeignKeyConstraint, name: str) -> str:
    """Return the clause that adds *key* under *name*."""
    own, key.name = key.name, conv(name)
    try:
        text = str(AddConstraint(key).compile(dialect=operations.impl.dialect))
    finally:
        key.name = own
    statement = " ".join(text.split())
    return statement[statement.index(" ADD ") + 1 :]
