"""What goes: constraints and tables; columns go alike in every database."""

from alembic.operations import MigrateOperation, ops
from sqlalchemy import ForeignKeyConstraint

from ....internals import original_of
from ....operations.rank import Contract, Expand, with_ranks
from ....phase import CONTRACT, EXPAND, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter import changed_checks
from ....write.rewriter.drops import goes_with_column, keys_before_table
from ....write.rewriter.writer import Operations, writer
from ...operations.constraints import (
    CreateCheckConstraintNotValid,
    CreateForeignKeyNotValid,
    DropForeignKey,
    ValidateConstraint,
)
from ...operations.unique import CreateUniqueUsingIndex, options_of
from ..probe import is_referenced
from . import checks, comments, replaced


@writer.makes_safe(ops.DropConstraintOp)
def drop_constraint(change: Change, operation: ops.DropConstraintOp) -> Operations:
    """Drop a rule in expand: that loosens. One that others rest on, or that goes with a column, waits."""
    if replaced.is_replaced(change, operation) or changed_checks.is_replaced(change, operation):
        return []
    late = goes_with_column(change, operation)
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
        late = late or is_referenced(change.connection, key_of(operation), name)
    comments.with_comments_back(change, undone_by(drop, *_way_back(operation)), name)
    successor = replaced.phase_of_swap(change, operation)
    if successor is not None:
        # When the rule is there that takes its place.
        with_ranks(drop, {EXPAND: Expand.VALIDATION + 2, CONTRACT: Contract.VALIDATION + 2})
        late = late or successor == CONTRACT
    return [in_phase(CONTRACT, drop) if late else drop]


@writer.makes_safe(ops.DropTableOp)
def drop_table(change: Change, operation: ops.DropTableOp) -> Operations:
    """Drop the table's foreign keys first, one a transaction."""

    def drop_key(key: ForeignKeyConstraint) -> DropForeignKey:
        return DropForeignKey(str(key.name), operation.table_name, schema=operation.schema)

    rules = [
        str(rule.name)
        for rule in operation.to_table().constraints
        if not isinstance(rule, ForeignKeyConstraint)
    ]
    return [
        comments.with_comments_back(
            change,
            step,
            *([step.constraint_name] if isinstance(step, DropForeignKey) else rules),
        )
        for step in keys_before_table(operation, drop_key)
    ]


def _way_back(operation: ops.DropConstraintOp) -> Operations:
    """Return what adds a dropped constraint again, online."""
    if original_of(operation) is None:
        return []
    back = operation.reverse()
    name, schema = str(operation.constraint_name), operation.schema
    if isinstance(back, ops.CreateForeignKeyOp):
        validate = ValidateConstraint(name, operation.table_name, schema=schema)
        return [CreateForeignKeyNotValid.like(back), validate]
    if isinstance(back, ops.CreateCheckConstraintOp):
        validate = ValidateConstraint(name, operation.table_name, schema=schema)
        return [CreateCheckConstraintNotValid.like(checks.way_back(back)), validate]
    if isinstance(back, ops.CreateUniqueConstraintOp):
        columns = [str(column) for column in back.columns]
        return [CreateUniqueUsingIndex(name, operation.table_name, columns, **options_of(back))]
    return [back]
