"""New rules on tables in use: each takes a rebuild, when old code can no longer break it."""

from typing import Any

from alembic.operations import ops

from ....phase import CONTRACT, in_phase
from ....write.change import Change
from ....write.rewriter.writer import Operations, writer


@writer.rewrites(ops.CreateUniqueConstraintOp)
def create_unique(context: Any, _: Any, operation: ops.CreateUniqueConstraintOp) -> Operations:
    """Add the rule in the contract; it refuses where values stand twice."""
    return _when_old_code_is_gone(operation)


@writer.rewrites(ops.CreateForeignKeyOp)
def create_foreign_key(context: Any, _: Any, operation: ops.CreateForeignKeyOp) -> Operations:
    """Add the key in the contract; it refuses where a row refers to none."""
    return _when_old_code_is_gone(operation)


@writer.rewrites(ops.CreateCheckConstraintOp)
def create_check(context: Any, _: Any, operation: ops.CreateCheckConstraintOp) -> Operations:
    """Add the rule in the contract; it refuses where a row breaks it."""
    return _when_old_code_is_gone(operation)


def _when_old_code_is_gone(operation: ops.AddConstraintOp) -> Operations:
    if Change.current().on_new_table(operation):
        return [operation]
    return [in_phase(CONTRACT, operation)]
