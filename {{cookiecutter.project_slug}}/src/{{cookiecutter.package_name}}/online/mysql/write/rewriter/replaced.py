"""A unique rule or a foreign key that changes: the new one comes before, or as, the old one goes."""

from collections.abc import Mapping
from typing import Any

from alembic.operations import MigrateOperation, ops

from ....internals import original_of
from ....operations.naming import final_name
from ....operations.rank import Contract, Expand
from ....phase import CONTRACT, EXPAND, Phase, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter import replaced
from ....write.rewriter.writer import Operations
from ...operations.indexes import ReplaceIndex
from ...operations.replaced_keys import ReplaceForeignKey
from ..probe import is_referenced
from ..stored_indexes import stored_index

# What goes when its successor is there.
AFTER_SWAP: Mapping[Phase, int] = {
    EXPAND: Expand.FOREIGN_KEYS + 1,
    CONTRACT: Contract.FOREIGN_KEYS + 1,
}


def phase_of_swap(change: Change, operation: MigrateOperation) -> Phase | None:
    """Return when the rule of *operation* takes another's place, or gives it to another; else None."""
    return replaced.phase_of_swap(change, operation, _is_rested_on)


def namesake(change: Change, operation: ops.AddConstraintOp) -> replaced.Drop | None:
    """Return what drops the rule under the name of *operation*, in whose place it can stand."""
    name = final_name(change.context, operation)
    for drop in replaced.gone(change):
        old = replaced.rule_of(original_of(drop))
        new = replaced.rule_of(operation)
        if key_of(drop) != key_of(operation) or name_of(drop) != name or not old or not new:
            continue
        if old.target == new.target and (old.target is None or old.columns == new.columns):
            return drop
    return None


def is_replaced(change: Change, drop: replaced.Drop) -> bool:
    """Tell whether a new rule takes the place of the one that *drop* is about, in one step."""
    return any(
        namesake(change, new) is drop
        for new in change.rules_to_come
        if isinstance(new, ops.CreateUniqueConstraintOp | ops.CreateForeignKeyOp)
    )


def swap_unique(change: Change, operation: ops.CreateUniqueConstraintOp) -> Operations:
    """Let the index of the rule take the place of the old one in one statement."""
    assert change.connection is not None
    schema, table = key_of(operation)
    name = final_name(change.context, operation)
    columns = [str(column) for column in operation.columns]
    built = ReplaceIndex(name, table, columns, schema=schema, unique=True)
    before = stored_index(change.connection, table, schema, name)
    assert before is not None
    undone_by(built, ReplaceIndex.like(before))
    return [in_phase(phase_of_swap(change, operation) or CONTRACT, built)]


def swap_key(operation: ops.CreateForeignKeyOp, old: ops.DropConstraintOp) -> Operations:
    """Let the key take the place of the old one."""
    before: Any = old.reverse()
    made = ReplaceForeignKey.like(operation)
    return [in_phase(CONTRACT, undone_by(made, ReplaceForeignKey.like(before)))]


def name_of(drop: replaced.Drop) -> str:
    """Return the name of the rule that goes."""
    return str(drop.index_name if isinstance(drop, ops.DropIndexOp) else drop.constraint_name)


def _is_rested_on(change: Change, drop: MigrateOperation) -> bool:
    assert isinstance(drop, replaced.Drop)
    return is_referenced(change.connection, key_of(drop), name_of(drop))
