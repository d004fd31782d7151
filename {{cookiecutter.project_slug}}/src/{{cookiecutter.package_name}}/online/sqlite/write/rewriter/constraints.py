"""New rules on tables in use: each takes a rebuild, when old code can no longer break it.

The rebuild refuses where rows break the rule.
"""

from alembic.operations import ops
from sqlalchemy.sql.elements import conv

from ....operations.naming import final_name
from ....phase import CONTRACT, EXPAND, Phase, in_phase
from ....write.change import Change, undone_by
from ....write.rewriter import changed_checks
from ....write.rewriter.changed_checks import Check
from ....write.rewriter.writer import Operations, writer
from .replaced import phase_of_swap

_KINDS: tuple[type[ops.AddConstraintOp], ...] = (
    ops.CreateUniqueConstraintOp,
    ops.CreateForeignKeyOp,
)


def create_rule(change: Change, operation: ops.AddConstraintOp) -> Operations:
    """Add the rule in the contract, or at once with the one whose place it takes."""
    return [in_phase(phase_of_swap(change, operation) or CONTRACT, operation)]


for _kind in _KINDS:
    writer.makes_safe(_kind)(create_rule)


@writer.makes_safe(Check)
def create_check(change: Change, operation: Check) -> Operations:
    """Add the rule in the contract; where one changes, both forms are good until then."""
    old = changed_checks.old_of(change, operation)
    if old is None:
        return [in_phase(CONTRACT, operation)]
    name, table = final_name(change.context, operation), operation.table_name
    either = changed_checks.either(change, old, operation)
    both = Check(conv(name), table, either, **old.kw)
    return [*_swapped(EXPAND, name, old, both), *_swapped(CONTRACT, name, both, operation)]


def _swapped(phase: Phase, name: str, old: Check, new: Check) -> Operations:
    """Return what puts the rule *new* in the place of *old*, in one rebuild."""
    table = new.table_name
    drop, back = (ops.DropConstraintOp(conv(name), table, "check") for _ in range(2))
    there, before = (Check(conv(name), table, one.condition, **one.kw) for one in (new, old))
    return [in_phase(phase, undone_by(drop)), in_phase(phase, undone_by(there, back, before))]
