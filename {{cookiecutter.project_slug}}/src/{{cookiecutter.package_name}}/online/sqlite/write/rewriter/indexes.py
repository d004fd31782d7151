"""Indexes: SQLite builds one while writers wait, and reads nothing else meanwhile."""

from alembic.operations import ops

from ....phase import CONTRACT, EXPAND, in_phase
from ....write.change import Change, index_of
from ....write.rewriter.drops import drops_rule
from ....write.rewriter.writer import Operations, writer
from .replaced import is_rested_on, phase_of_swap


@writer.makes_safe(ops.CreateIndexOp)
def create_index(change: Change, operation: ops.CreateIndexOp) -> Operations:
    """Build in expand; a unique index is a rule that old code may still break."""
    late = operation.unique or index_of(operation) in change.replaced
    phase = phase_of_swap(change, operation) or (CONTRACT if late else EXPAND)
    return [in_phase(CONTRACT if index_of(operation) in change.replaced else phase, operation)]


@writer.makes_safe(ops.DropIndexOp)
def drop_index(change: Change, operation: ops.DropIndexOp) -> Operations:
    """Drop when old code is gone; a rule that goes, goes before new code comes."""
    phase = phase_of_swap(change, operation)
    if index_of(operation) in change.replaced or not drops_rule(operation):
        phase = CONTRACT
    elif phase is None:
        phase = CONTRACT if is_rested_on(change, operation) else EXPAND
    return [in_phase(phase, operation)]
