"""What goes: constraints, columns, tables."""

from typing import Any

from alembic.operations import ops
from sqlalchemy import ForeignKeyConstraint

from ....internals import copy_of_column, original_of
from ....operations.allowed import Allowed
from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter.writer import Operations, writer
from ...operations.not_null import SetNotNull
from ..probe import is_referenced
from .refusals import COPY


@writer.rewrites(ops.DropConstraintOp)
def drop_constraint(context: Any, _: Any, operation: ops.DropConstraintOp) -> Operations:
    """Drop a rule in expand: that loosens. One that others rest on, or that goes with a column, waits."""
    change = Change.current()
    key = key_of(operation)
    constraint: Any = operation.to_constraint() if original_of(operation) else None
    columns = getattr(constraint, "columns", {}).keys()
    late = any((key, column) in change.removed for column in columns)
    name = str(operation.constraint_name)
    if operation.constraint_type == "check" and original_of(operation):
        what = f"{operation.table_name}.{name}"
        undone_by(operation, Allowed("check", what, COPY), operation.reverse())
    elif operation.constraint_type != "foreignkey":
        late = late or is_referenced(change.connection, key, name)
    return [in_phase(CONTRACT, operation) if late else operation]


@writer.rewrites(ops.DropColumnOp)
def drop_column(context: Any, _: Any, operation: ops.DropColumnOp) -> Operations:
    """Let new code insert without the column first; the column goes when old code is gone."""
    column = operation.to_column()
    table, schema = operation.table_name, operation.schema
    drop = in_phase(CONTRACT, operation)
    if column.nullable or column.server_default is not None:
        return [drop]
    relaxed = copy_of_column(column)
    relaxed.nullable = True
    undone_by(drop, ops.AddColumnOp(table, relaxed, schema=schema))
    relax = ops.AlterColumnOp(
        table,
        column.name,
        schema=schema,
        existing_type=column.type,
        existing_comment=column.comment,
        modify_nullable=True,
    )
    return [undone_by(relax, SetNotNull(table, column.name, schema=schema)), drop]


@writer.rewrites(ops.DropTableOp)
def drop_table(context: Any, _: Any, operation: ops.DropTableOp) -> Operations:
    """Drop the table's foreign keys first, one a statement: each locks another table too."""
    table = operation.to_table()
    steps: Operations = []
    for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
        drop = ops.DropConstraintOp.from_constraint(key)
        back = ops.CreateForeignKeyOp.from_constraint(key)
        steps.append(in_phase(CONTRACT, undone_by(drop, back)))
    bare = ops.CreateTableOp.from_table(table)
    bare.columns = [item for item in bare.columns if not isinstance(item, ForeignKeyConstraint)]
    return [*steps, in_phase(CONTRACT, undone_by(operation, bare))]
