"""Indexes: built and dropped beside the traffic."""

from alembic.operations import MigrateOperation, ops

from ....operations.naming import shortened
from ....operations.rank import Contract, Expand, with_ranks
from ....phase import CONTRACT, EXPAND, in_phase
from ....write.change import Change, index_of, key_of, undone_by
from ....write.rewriter.drops import drops_rule
from ....write.rewriter.refusals import refuse_on_table
from ....write.rewriter.writer import Operations, writer
from ...operations.index_swap import RenameIndex, SwapIndex
from ...operations.indexes import CreateIndexConcurrently, DropIndexConcurrently
from ...operations.restored_index import RestoreIndex, definition_of
from ..probe import is_partitioned
from . import refusals, replaced


@writer.makes_safe(ops.CreateIndexOp)
def create_index(change: Change, operation: ops.CreateIndexOp) -> Operations:
    """Build it concurrently."""
    name = operation.index_name
    if is_partitioned(change.connection, key_of(operation)):
        return refuse_on_table(change, operation, "partitioned", name, refusals.PARTITIONED)
    if index_of(operation) in change.replaced:
        return _replacement(change, operation, change.replaced[index_of(operation)])
    built = CreateIndexConcurrently.like(operation)
    # A unique index is a rule that old code may still break.
    phase = replaced.phase_of_swap(change, operation) or (CONTRACT if operation.unique else EXPAND)
    return [in_phase(phase, built)]


@writer.makes_safe(ops.DropIndexOp)
def drop_index(change: Change, operation: ops.DropIndexOp) -> Operations:
    """Drop concurrently when old code is gone; a rule that goes, goes before new code comes."""
    if is_partitioned(change.connection, key_of(operation)):
        return [in_phase(CONTRACT, operation)]
    if index_of(operation) in change.replaced:
        return []
    drop = undone_by(DropIndexConcurrently.like(operation), _again(change, operation))
    phase = replaced.phase_of_swap(change, operation)
    if phase is not None:
        with_ranks(drop, {EXPAND: Expand.VALIDATION + 2, CONTRACT: Contract.VALIDATION + 2})
    return [in_phase(phase or (EXPAND if drops_rule(operation) else CONTRACT), drop)]


def _again(change: Change, drop: ops.DropIndexOp) -> MigrateOperation:
    """Return what builds the index again that *drop* takes away."""
    schema, table = key_of(drop)
    assert change.connection is not None
    definition = definition_of(change.connection, str(drop.index_name), schema)
    # A collation is not reflected.
    if definition is None or " COLLATE " not in definition:
        return CreateIndexConcurrently.like(drop.reverse())
    return RestoreIndex(str(drop.index_name), table, definition, schema=schema)


def _replacement(change: Change, operation: ops.CreateIndexOp, old: ops.DropIndexOp) -> Operations:
    """Build the new index under a passing name; it takes the old one's place and name later."""
    name = str(operation.index_name)
    passing = shortened(f"{name}_new")
    built = CreateIndexConcurrently.like(operation, index_name=passing)
    swap = SwapIndex(passing, name, schema=operation.schema)
    back = RenameIndex(name, passing, schema=operation.schema)
    undone_by(swap, back, _again(change, old))
    if operation.unique:
        phase = replaced.phase_of_swap(change, operation) or CONTRACT
        return [in_phase(phase, built), in_phase(phase, swap)]
    return [built, swap if drops_rule(old) else in_phase(CONTRACT, swap)]
