"""Changes of type: one of another affinity is refused, another collation is a rebuild."""

from typing import Any

from alembic.operations import ops
from sqlalchemy import Column

from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of
from ....write.rewriter.refusals import refuse_type_change
from ....write.rewriter.writer import Operations
from ...operations.affinity import affinity

SAYS_DEFAULT_TOO = False


def change_type(change: Change, operation: ops.AlterColumnOp) -> Operations:
    """Refuse the change with the recipe; where it is allowed, it is a rebuild in the contract."""
    step = ops.AlterColumnOp(
        operation.table_name,
        operation.column_name,
        existing_type=operation.existing_type,
        existing_nullable=operation.existing_nullable,
        modify_type=operation.modify_type,
    )
    assert operation.existing_type is not None
    assert operation.modify_type is not None
    old, new = (
        affinity(type_.compile(dialect=change.context.dialect))
        for type_ in (operation.existing_type, operation.modify_type)
    )
    if old != new:
        return refuse_type_change(change, step)
    column = change.column(key_of(operation), operation.column_name)
    if column is not None and column.primary_key:
        return _change_key(change, step, column)
    # Rows that another collation takes for equal may break a unique rule: old code must be gone.
    return [in_phase(CONTRACT, step)]


def _change_key(change: Change, step: ops.AlterColumnOp, column: Column[Any]) -> Operations:
    """Let the key number the rows before new code leaves that to it; the reverse is refused.

    Unless the model says that it numbers none (``autoincrement=False``).
    """
    assert step.modify_type is not None
    if step.modify_type.compile(dialect=change.context.dialect).upper() == "INTEGER":
        return [step]
    if column.autoincrement is False:
        return [in_phase(CONTRACT, step)]
    return refuse_type_change(change, step)
