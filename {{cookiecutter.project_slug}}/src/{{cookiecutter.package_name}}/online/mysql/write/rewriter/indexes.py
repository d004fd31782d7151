"""Indexes: built and dropped beside the traffic."""

from typing import Any

from alembic.operations import ops

from ....operations.rank import Contract, Expand, with_ranks
from ....phase import CONTRACT, EXPAND, in_phase
from ....write.change import Change, index_of, key_of, undone_by
from ....write.rewriter.drops import drops_rule, goes_with_column
from ....write.rewriter.refusals import refuse_on_table
from ....write.rewriter.writer import Operations, writer
from ...operations.definitions import add_index_clause
from ...operations.indexes import ReplaceIndex
from ..probe import is_online, is_referenced
from ..stored_indexes import stored_index
from .refusals import LOCKING_INDEX
from .replaced import AFTER_SWAP, is_replaced, phase_of_swap


@writer.rewrites(ops.CreateIndexOp)
def create_index(context: Any, _: Any, operation: ops.CreateIndexOp) -> Operations:
    """Build it beside the traffic; refuse a kind that the server builds under a lock."""
    change = Change.current()
    if change.on_new_table(operation):
        # It goes with its table; by itself it could not where it serves a foreign key.
        return [undone_by(operation)]
    if index_of(operation) in change.replaced:
        return _replacement(change, operation, change.replaced[index_of(operation)])
    built = with_ranks(operation, {EXPAND: Expand.INDEXES, CONTRACT: Contract.INDEXES})
    steps: Operations = [built]
    if _kind(operation) and not _is_built_online(change, operation):
        steps = refuse_on_table(change, built, "index", operation.index_name, LOCKING_INDEX)
    # A unique index is a rule that old code may still break.
    phase = phase_of_swap(change, operation) or (CONTRACT if operation.unique else EXPAND)
    return [in_phase(phase, step) for step in steps]


@writer.makes_safe(ops.DropIndexOp)
def drop_index(change: Change, operation: ops.DropIndexOp) -> Operations:
    """Drop it when old code is gone; a rule that goes, goes before new code comes."""
    if index_of(operation) in change.replaced or is_replaced(change, operation):
        return []
    swap = phase_of_swap(change, operation)
    undone_by(operation, _way_back(change, operation))
    early = (
        drops_rule(operation)
        and not goes_with_column(change, operation)
        and not is_referenced(change.connection, key_of(operation), str(operation.index_name))
        and swap != CONTRACT
    )
    if swap is not None:
        with_ranks(operation, AFTER_SWAP)
    return [operation if early else in_phase(CONTRACT, operation)]


def _replacement(change: Change, operation: ops.CreateIndexOp, old: ops.DropIndexOp) -> Operations:
    """Let the new index take the place of the old one in one statement."""
    replaced = ReplaceIndex.like(operation)
    undone_by(replaced, ReplaceIndex.like(_way_back(change, old)))
    steps: Operations = [replaced]
    if _kind(operation) and not _is_built_online(change, operation):
        steps = refuse_on_table(change, replaced, "index", operation.index_name, LOCKING_INDEX)
    late = operation.unique or not drops_rule(old)
    phase = phase_of_swap(change, operation) or (CONTRACT if late else EXPAND)
    return [in_phase(phase, step) for step in steps]


def _way_back(change: Change, operation: ops.DropIndexOp) -> ops.CreateIndexOp:
    assert change.connection is not None
    schema, table = key_of(operation)
    return (
        stored_index(change.connection, table, schema, str(operation.index_name))
        or operation.reverse()
    )


def _kind(operation: ops.CreateIndexOp) -> str | None:
    """Return FULLTEXT, SPATIAL or None for a plain index."""
    return operation.kw.get("mysql_prefix") or operation.kw.get("mariadb_prefix")


def _is_built_online(change: Change, operation: ops.CreateIndexOp) -> bool:
    assert change.connection is not None
    index = operation.to_index(change.context)
    clause = add_index_clause(change.connection.dialect, index)
    return is_online(change.connection, key_of(operation), clause)
