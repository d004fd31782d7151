"""New rules on tables in use: each takes a rebuild, when old code can no longer break it.

The rebuild refuses where rows break the rule.
"""

from alembic.operations import ops

from ....phase import CONTRACT, in_phase
from ....write.change import Change
from ....write.rewriter.writer import Operations, writer
from .replaced import phase_of_swap

_KINDS: tuple[type[ops.AddConstraintOp], ...] = (
    ops.CreateUniqueConstraintOp,
    ops.CreateForeignKeyOp,
    ops.CreateCheckConstraintOp,
)


def create_rule(change: Change, operation: ops.AddConstraintOp) -> Operations:
    """Add the rule in the contract, or at once with the one whose place it takes."""
    return [in_phase(phase_of_swap(change, operation) or CONTRACT, operation)]


for _kind in _KINDS:
    writer.makes_safe(_kind)(create_rule)
