"""Changes of type: only those of another affinity are found, and these are refused."""

from typing import Any

from alembic.operations import ops

from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of
from ....write.rewriter.writer import Operations
from .refusals import type_changed


def change_type(change: Change, operation: ops.AlterColumnOp) -> Operations:
    """Refuse the change with the recipe; where it is allowed, it is a rebuild in the contract."""
    column = change.column(key_of(operation), operation.column_name)
    info: Any = None if column is None else column.info
    step = ops.AlterColumnOp(
        operation.table_name,
        operation.column_name,
        existing_type=operation.existing_type,
        existing_nullable=operation.existing_nullable,
        modify_type=operation.modify_type,
    )
    return [in_phase(CONTRACT, item) for item in type_changed(change, step, info)]
