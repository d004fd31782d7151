"""Indexes: built and dropped beside the traffic."""

from typing import Any

from alembic.operations import ops

from ..change import CONTRACT, Change, in_phase, key_of
from ..operations.indexes import CreateIndexConcurrently, DropIndexConcurrently
from ..probe import is_partitioned
from .base import Operations, writer
from .refusals import on_partitioned


@writer.rewrites(ops.CreateIndexOp)
def create_index(context: Any, _: Any, operation: ops.CreateIndexOp) -> Operations:
    """Build concurrently, except on a new table."""
    change = Change.of(operation)
    if change.on_new_table(operation):
        return [operation]
    if is_partitioned(change.connection, key_of(operation)):
        return on_partitioned(change, operation, str(operation.index_name))
    built = CreateIndexConcurrently.like(operation)
    # A unique index is a rule that old code may still break.
    return [in_phase(CONTRACT, built) if operation.unique else built]


@writer.rewrites(ops.DropIndexOp)
def drop_index(context: Any, _: Any, operation: ops.DropIndexOp) -> Operations:
    """Drop concurrently; an index of a table that goes, goes with it."""
    change = Change.of(operation)
    if key_of(operation) in change.dropped or is_partitioned(change.connection, key_of(operation)):
        return [in_phase(CONTRACT, operation)]
    return [in_phase(CONTRACT, DropIndexConcurrently.like(operation))]
