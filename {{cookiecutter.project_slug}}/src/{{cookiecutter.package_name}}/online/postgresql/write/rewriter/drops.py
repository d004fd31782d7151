"""What goes: constraints, columns, tables."""

from typing import Any

from alembic.operations import MigrateOperation, ops
from sqlalchemy import ForeignKeyConstraint

from ....internals import copy_of_column, original_of
from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter.writer import Operations, writer
from ...operations.constraints import (
    CreateCheckConstraintNotValid,
    CreateForeignKeyNotValid,
    DropForeignKey,
    ValidateConstraint,
)
from ...operations.not_null import SetNotNull
from ...operations.unique import CreateUniqueUsingIndex, options_of
from ..probe import is_referenced


@writer.rewrites(ops.DropConstraintOp)
def drop_constraint(context: Any, _: Any, operation: ops.DropConstraintOp) -> Operations:
    """Drop a rule in expand: that loosens. One that others rest on, or that goes with a column, waits."""
    change = Change.current()
    key = key_of(operation)
    constraint: Any = operation.to_constraint() if original_of(operation) else None
    columns = getattr(constraint, "columns", {}).keys()
    late = any((key, column) in change.removed for column in columns)
    name = str(operation.constraint_name)
    if operation.constraint_type == "foreignkey":
        drop: MigrateOperation = DropForeignKey(name, operation.table_name, schema=operation.schema)
    else:
        drop = ops.DropConstraintOp(
            operation.constraint_name,
            operation.table_name,
            operation.constraint_type,
            schema=operation.schema,
        )
        late = late or is_referenced(change.connection, key, name)
    undone_by(drop, *_restored(operation))
    return [in_phase(CONTRACT, drop) if late else drop]


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
        table, column.name, schema=schema, existing_type=column.type, modify_nullable=True
    )
    return [undone_by(relax, SetNotNull(table, column.name, schema=schema)), drop]


@writer.rewrites(ops.DropTableOp)
def drop_table(context: Any, _: Any, operation: ops.DropTableOp) -> Operations:
    """Drop the table's foreign keys first, one a transaction: each locks another table too."""
    table = operation.to_table()
    steps: Operations = []
    for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
        drop = DropForeignKey(str(key.name), operation.table_name, schema=operation.schema)
        back = ops.CreateForeignKeyOp.from_constraint(key)
        steps.append(in_phase(CONTRACT, undone_by(drop, back)))
    bare = ops.CreateTableOp.from_table(table)
    bare.columns = [item for item in bare.columns if not isinstance(item, ForeignKeyConstraint)]
    return [*steps, in_phase(CONTRACT, undone_by(operation, bare))]


def _restored(operation: ops.DropConstraintOp) -> Operations:
    """Return the online way back of a dropped constraint."""
    if original_of(operation) is None:
        return []
    back = operation.reverse()
    name, schema = str(operation.constraint_name), operation.schema
    if isinstance(back, ops.CreateForeignKeyOp):
        validate = ValidateConstraint(name, operation.table_name, schema=schema)
        return [CreateForeignKeyNotValid.like(back), validate]
    if isinstance(back, ops.CreateCheckConstraintOp):
        validate = ValidateConstraint(name, operation.table_name, schema=schema)
        return [CreateCheckConstraintNotValid.like(back), validate]
    if isinstance(back, ops.CreateUniqueConstraintOp):
        columns = [str(column) for column in back.columns]
        return [CreateUniqueUsingIndex(name, operation.table_name, columns, **options_of(back))]
    return [back]
