"""A foreign key or a unique rule that changes: which old one a new one takes the place of, and when."""

from typing import Any

from alembic.operations import MigrateOperation, ops

from ....internals import original_of
from ....operations.naming import final_name, shortened
from ....phase import CONTRACT, EXPAND, Phase, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter.writer import Operations
from ...operations.constraints import CreateForeignKeyNotValid, ValidateConstraint
from ...operations.rule_swap import SwapConstraint
from ...operations.unique import CreateUniqueUsingIndex, options_of

Rule = ops.CreateForeignKeyOp | ops.CreateUniqueConstraintOp


def old_of(change: Change, operation: Rule) -> Rule | None:
    """Return the rule that goes under the name of *operation* and may stand beside it, if any."""
    name = final_name(change.context, operation)
    for drop in change.rules_gone:
        if key_of(drop) == key_of(operation) and str(drop.constraint_name) == name:
            old = _rule(drop)
            return old if old is not None and _phase(old, operation) is not None else None
    return None


def is_replaced(change: Change, drop: ops.DropConstraintOp) -> bool:
    """Tell whether a new rule takes the place of the one that *drop* is about."""
    return any(
        final_name(change.context, new) == str(drop.constraint_name)
        for new in change.rules_to_come
        if isinstance(new, Rule) and key_of(new) == key_of(drop) and old_of(change, new) is not None
    )


def successor_phase(change: Change, drop: ops.DropConstraintOp) -> Phase | None:
    """Return when a unique rule of another name comes that holds while, or because, this one does."""
    old = _rule(drop)
    found = [
        _phase(old, new)
        for new in change.rules_to_come
        if isinstance(old, ops.CreateUniqueConstraintOp) and key_of(new) == key_of(drop)
    ]
    return next((phase for phase in found if phase is not None), None)


def is_implied(change: Change, operation: ops.CreateUniqueConstraintOp) -> bool:
    """Tell whether a unique rule that goes implies the new one: then it cannot be broken yet."""
    return any(
        _phase(old, operation) == EXPAND
        for drop in change.rules_gone
        if key_of(drop) == key_of(operation) and (old := _rule(drop)) is not None
    )


def swap(change: Change, operation: Rule, old: Rule) -> Operations:
    """Make the new rule beside the old under a passing name; it takes the old one's place and name."""
    name = final_name(change.context, operation)
    passing = shortened(f"{name}_new")
    schema, table = key_of(operation)
    phase = _phase(old, operation) or CONTRACT
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


def _phase(old: Any, new: Any) -> Phase | None:
    """Return when *new* may come beside *old*; None where each forbids what the other allows."""
    if isinstance(old, ops.CreateForeignKeyOp) and isinstance(new, ops.CreateForeignKeyOp):
        return CONTRACT if _reference(old) == _reference(new) else None
    if not isinstance(old, ops.CreateUniqueConstraintOp) or not isinstance(
        new, ops.CreateUniqueConstraintOp
    ):
        return None
    before, after = ({str(column) for column in rule.columns} for rule in (old, new))
    stricter, looser = (bool(rule.kw.get("postgresql_nulls_not_distinct")) for rule in (new, old))
    loosens = before < after or (looser and not stricter)
    tightens = after < before or (stricter and not looser)
    if not (before <= after or after <= before) or (loosens and tightens):
        return None
    return EXPAND if loosens else CONTRACT


def _reference(key: ops.CreateForeignKeyOp) -> tuple[Any, ...]:
    where = key.kw.get("referent_schema"), key.referent_table
    return (*where, list(key.local_cols), list(key.remote_cols))
