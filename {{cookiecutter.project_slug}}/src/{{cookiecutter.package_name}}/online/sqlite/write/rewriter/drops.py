"""What goes: constraints, columns, tables."""

from typing import Any

from alembic.operations import ops

from ....internals import copy_of_column, original_of
from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter.writer import Operations, writer
from ...operations.not_null import SetNotNull


@writer.rewrites(ops.DropConstraintOp)
def drop_constraint(context: Any, _: Any, operation: ops.DropConstraintOp) -> Operations:
    """Drop a rule in expand: that loosens. One that goes with a column or comes anew waits."""
    change = Change.current()
    key = key_of(operation)
    constraint: Any = operation.to_constraint() if original_of(operation) else None
    columns = getattr(constraint, "columns", {}).keys()
    if any((key, column) in change.removed for column in columns):
        return [in_phase(CONTRACT, operation)]
    return [operation]


@writer.rewrites(ops.DropColumnOp)
def drop_column(context: Any, _: Any, operation: ops.DropColumnOp) -> Operations:
    """Let new code insert without the column first; the column goes when old code is gone."""
    column = operation.to_column()
    table = operation.table_name
    drop = in_phase(CONTRACT, operation)
    if column.nullable or column.server_default is not None:
        return [drop]
    relaxed = copy_of_column(column)
    relaxed.nullable = True
    undone_by(drop, ops.AddColumnOp(table, relaxed))
    relax = ops.AlterColumnOp(table, column.name, existing_type=column.type, modify_nullable=True)
    return [undone_by(relax, SetNotNull(table, column.name)), drop]


@writer.rewrites(ops.DropTableOp)
def drop_table(context: Any, _: Any, operation: ops.DropTableOp) -> Operations:
    """Drop the table when old code is gone."""
    return [in_phase(CONTRACT, operation)]
