"""Changes of type: one of another affinity is refused, another collation is a rebuild."""

from alembic.operations import ops

from ....phase import CONTRACT, in_phase
from ....write.change import Change
from ....write.rewriter.refusals import refuse_type_change
from ....write.rewriter.writer import Operations
from ..affinity import affinity

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
    # Rows that another collation takes for equal may break a unique rule: old code must be gone.
    return [in_phase(CONTRACT, step)] if old == new else refuse_type_change(change, step)
