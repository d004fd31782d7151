"""What goes: constraints and tables; columns go alike in every database."""

from alembic.operations import ops

from ....internals import original_of
from ....operations.allowed import Allowed
from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter.drops import goes_with_column, keys_before_table
from ....write.rewriter.writer import Operations, writer
from ..probe import is_referenced
from .refusals import COPY


@writer.makes_safe(ops.DropConstraintOp)
def drop_constraint(change: Change, operation: ops.DropConstraintOp) -> Operations:
    """Drop a rule in expand: that loosens. One that others rest on, or that goes with a column, waits."""
    late = goes_with_column(change, operation)
    name = str(operation.constraint_name)
    if operation.constraint_type == "check" and original_of(operation):
        what = f"{operation.table_name}.{name}"
        undone_by(operation, Allowed("check", what, COPY), operation.reverse())
    elif operation.constraint_type != "foreignkey":
        late = late or is_referenced(change.connection, key_of(operation), name)
    return [in_phase(CONTRACT, operation) if late else operation]


@writer.makes_safe(ops.DropTableOp)
def drop_table(change: Change, operation: ops.DropTableOp) -> Operations:
    """Drop the table's foreign keys first, one a statement."""
    return keys_before_table(operation, ops.DropConstraintOp.from_constraint)
