"""New constraints on tables in use."""

from typing import Any

from alembic.operations import ops
from sqlalchemy.schema import AddConstraint

from ....phase import CONTRACT, EXPAND, Phase, in_phase
from ....write.change import Change, key_of
from ....write.rewriter.columns import added_nullable
from ....write.rewriter.writer import Operations, writer
from ..probe import is_online
from .refusals import check_added


@writer.rewrites(ops.CreateUniqueConstraintOp)
def create_unique(context: Any, _: Any, operation: ops.CreateUniqueConstraintOp) -> Operations:
    """Build its index beside the traffic, when no code is left that may break the rule."""
    change = Change.current()
    if change.on_new_table(operation):
        return [operation]
    columns = [str(column) for column in operation.columns]
    return [in_phase(_phase(change, operation, columns), operation)]


@writer.rewrites(ops.CreateForeignKeyOp)
def create_foreign_key(context: Any, _: Any, operation: ops.CreateForeignKeyOp) -> Operations:
    """Add the key when no code is left that may break it; ``online.py`` looks at the rows."""
    change = Change.current()
    if change.on_new_table(operation):
        return [operation]
    return [in_phase(_phase(change, operation, list(operation.local_cols)), operation)]


@writer.rewrites(ops.CreateCheckConstraintOp)
def create_check(context: Any, _: Any, operation: ops.CreateCheckConstraintOp) -> Operations:
    """Add the rule where the server can do that beside the traffic; else refuse."""
    change = Change.current()
    if change.on_new_table(operation):
        return [operation]
    assert change.connection is not None
    constraint = operation.to_constraint(change.context)
    text = str(AddConstraint(constraint).compile(dialect=change.connection.dialect))
    added = " ".join(text.split())
    clause = added[added.index(" ADD ") + 1 :]
    if is_online(change.connection, key_of(operation), clause):
        return [in_phase(CONTRACT, operation)]
    return [in_phase(CONTRACT, step) for step in check_added(change, operation)]


def _phase(change: Change, operation: Any, columns: list[str]) -> Phase:
    """Return expand for a rule on a new column that old code leaves NULL, else contract."""
    return EXPAND if added_nullable(change, key_of(operation), columns) else CONTRACT
