"""Indexes: SQLite builds one while writers wait, and reads nothing else meanwhile."""

from alembic.operations import ops

from ....phase import CONTRACT, in_phase
from ....write.change import Change, index_of
from ....write.rewriter.drops import drops_rule
from ....write.rewriter.writer import Operations, writer


@writer.makes_safe(ops.CreateIndexOp)
def create_index(change: Change, operation: ops.CreateIndexOp) -> Operations:
    """Build in expand; a unique index is a rule that old code may still break."""
    late = operation.unique or index_of(operation) in change.replaced
    return [in_phase(CONTRACT, operation) if late else operation]


@writer.makes_safe(ops.DropIndexOp)
def drop_index(change: Change, operation: ops.DropIndexOp) -> Operations:
    """Drop when old code is gone; a rule that goes, goes before new code comes."""
    early = drops_rule(operation) and index_of(operation) not in change.replaced
    return [operation if early else in_phase(CONTRACT, operation)]
