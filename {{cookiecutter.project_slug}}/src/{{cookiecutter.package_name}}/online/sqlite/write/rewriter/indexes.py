"""Indexes: SQLite builds one while writers wait, and reads nothing else meanwhile."""

from alembic.operations import ops

from ....phase import CONTRACT, EXPAND, in_phase
from ....write.change import Change
from ....write.rewriter.drops import drops_rule
from ....write.rewriter.writer import Operations, writer
from .replaced import is_rested_on, phase_of_swap


@writer.makes_safe(ops.CreateIndexOp)
def create_index(change: Change, operation: ops.CreateIndexOp) -> Operations:
    """Build in expand; a unique index is a rule that old code may still break."""
    late = operation.unique or _is_replaced(change, operation)
    phase = phase_of_swap(change, operation) or (CONTRACT if late else EXPAND)
    return [in_phase(phase, operation)]


@writer.makes_safe(ops.DropIndexOp)
def drop_index(change: Change, operation: ops.DropIndexOp) -> Operations:
    """Drop when old code is gone; a rule that goes, goes before new code comes."""
    phase = phase_of_swap(change, operation)
    if phase is None:
        late = _is_replaced(change, operation) or not drops_rule(operation)
        phase = CONTRACT if late or is_rested_on(change, operation) else EXPAND
    return [in_phase(phase, operation)]


def _is_replaced(change: Change, operation: ops.CreateIndexOp | ops.DropIndexOp) -> bool:
    """Tell whether one index goes and another comes under the name: of one case or another."""
    name = str(operation.index_name).lower()
    return all(
        name in {str(other.index_name).lower() for other in others}
        for others in (change.indexes_gone, change.indexes_to_come)
    )
