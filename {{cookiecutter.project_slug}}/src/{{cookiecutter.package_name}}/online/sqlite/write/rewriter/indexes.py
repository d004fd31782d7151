"""Indexes: SQLite builds one while writers wait, and reads nothing else meanwhile."""

from typing import Any

from alembic.operations import ops

from ....internals import original_of
from ....phase import CONTRACT, in_phase
from ....write.change import Change, index_of
from ....write.rewriter.writer import Operations, writer


@writer.rewrites(ops.CreateIndexOp)
def create_index(context: Any, _: Any, operation: ops.CreateIndexOp) -> Operations:
    """Build in expand; a unique index is a rule that old code may still break."""
    change = Change.current()
    if change.on_new_table(operation):
        return [operation]
    late = operation.unique or index_of(operation) in change.replaced
    return [in_phase(CONTRACT, operation) if late else operation]


@writer.rewrites(ops.DropIndexOp)
def drop_index(context: Any, _: Any, operation: ops.DropIndexOp) -> Operations:
    """Drop when old code is gone; a rule that goes, goes before new code comes."""
    change = Change.current()
    is_rule = bool(getattr(original_of(operation), "unique", False))
    early = is_rule and index_of(operation) not in change.replaced
    return [operation if early else in_phase(CONTRACT, operation)]
