"""Changes of type: only those of another affinity are found, and these are refused."""

from alembic.operations import ops

from ....write.change import Change
from ....write.rewriter.refusals import refuse_type_change
from ....write.rewriter.writer import Operations


def change_type(change: Change, operation: ops.AlterColumnOp) -> Operations:
    """Refuse the change with the recipe; where it is allowed, it is a rebuild in the contract."""
    step = ops.AlterColumnOp(
        operation.table_name,
        operation.column_name,
        existing_type=operation.existing_type,
        existing_nullable=operation.existing_nullable,
        modify_type=operation.modify_type,
    )
    return refuse_type_change(change, step)
