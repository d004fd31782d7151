"""A foreign key or a unique rule that changes: which old one a new one takes the place of, and when."""

from typing import Any

from alembic.operations import MigrateOperation, ops

from ....internals import original_of
from ....operations.naming import final_name, shortened
from ....phase import CONTRACT, Phase, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter import replaced
from ....write.rewriter.writer import Operations
from ...operations.constraints import CreateForeignKeyNotValid, ValidateConstraint
from ...operations.rule_swap import SwapConstraint
from ...operations.unique import CreateUniqueUsingIndex, options_of
from ..probe import is_referenced

Rule = ops.CreateForeignKeyOp | ops.CreateUniqueConstraintOp


def old_of(change: Change, operation: Rule) -> Rule | None:
    """Return the rule that goes under the name of *operation* and may stand beside it, if any."""
    name = final_name(change.context, operation)
    for drop in change.rules_gone:
        if key_of(drop) == key_of(operation) and str(drop.constraint_name) == name:
            old = _rule(drop)
            takes_over = replaced.phase_of_pair(change, drop, operation, _is_rested_on)
            return old if old is not None and takes_over is not None else None
    return None


def is_replaced(change: Change, drop: ops.DropConstraintOp) -> bool:
    """Tell whether a new rule takes the place of the one that *drop* is about."""
    return any(
        final_name(change.context, new) == str(drop.constraint_name)
        for new in change.rules_to_come
        if isinstance(new, Rule) and key_of(new) == key_of(drop) and old_of(change, new) is not None
    )


def phase_of_swap(change: Change, operation: MigrateOperation) -> Phase | None:
    """Return when the rule of *operation* takes another's place, or gives it to another; else None."""
    return replaced.phase_of_swap(change, operation, _is_rested_on)


def swap(change: Change, operation: Rule, old: Rule) -> Operations:
    """Make the new rule beside the old under a passing name; it takes the old one's place and name."""
    name = final_name(change.context, operation)
    passing = shortened(f"{name}_new")
    schema, table = key_of(operation)
    phase = phase_of_swap(change, operation) or CONTRACT
    step = SwapConstraint(table, passing, name, schema=schema)
    # All of the way back is the swap's: the new rule goes when the old one is there again.
    undone_by(step, *_made(old, passing, key_of(operation)), step.replace())
    made = [undone_by(made) for made in _made(operation, passing, key_of(operation))]
    return [in_phase(phase, each) for each in (*made, step)]


def _made(rule: Rule, name: str, key: tuple[str | None, str]) -> list[MigrateOperation]:
    """Return what makes *rule* under another *name* beside the traffic."""
    schema, table = key
    if isinstance(rule, ops.CreateUniqueConstraintOp):
        columns = [str(column) for column in rule.columns]
        return [CreateUniqueUsingIndex(name, table, columns, **options_of(rule))]
    validate = ValidateConstraint(name, table, schema=schema)
    return [CreateForeignKeyNotValid.like(rule, constraint_name=name), validate]


def _rule(drop: ops.DropConstraintOp) -> Any:
    if original_of(drop) is None:
        return None
    back = drop.reverse()
    return back if isinstance(back, ops.CreateForeignKeyOp | ops.CreateUniqueConstraintOp) else None


def _is_rested_on(change: Change, drop: MigrateOperation) -> bool:
    """Tell whether a foreign key that stays refers to the rule that goes."""
    if not isinstance(drop, ops.DropConstraintOp):
        return False
    gone = change.references_gone
    name = str(drop.constraint_name)
    return is_referenced(change.connection, key_of(drop), name, but_for=gone)
