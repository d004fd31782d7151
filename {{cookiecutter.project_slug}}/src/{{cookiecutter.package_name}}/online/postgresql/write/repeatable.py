"""A revision that commits in the middle runs again from its start after a cut.

It is stamped only at its end, so every step before the last commit must pass over what an
earlier run has done already. Our own operations do; Alembic's are told to here.
"""

from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext

from ...operations.naming import final_name
from ..operations.constraints import CreateForeignKeyNotValid, ValidateConstraint


def make_repeatable(
    context: MigrationContext, operations: list[MigrateOperation]
) -> list[MigrateOperation]:
    """Return *operations*, made repeatable where one of them commits."""
    commits = [index for index, o in enumerate(operations) if getattr(o, "commits", False)]
    if not commits:
        return operations
    repeatable: list[MigrateOperation] = []
    for operation in operations[: commits[-1]]:
        repeatable += _passing_over(context, operation)
    return repeatable + operations[commits[-1] :]


def _passing_over(context: MigrationContext, operation: MigrateOperation) -> list[MigrateOperation]:
    """Return *operation* in a form that can run twice."""
    if getattr(operation, "commits", False):
        return [operation]
    if isinstance(operation, ops.CreateForeignKeyOp):
        validate = ValidateConstraint(
            final_name(context, operation),
            operation.source_table,
            schema=operation.kw.get("source_schema"),
        )
        return [CreateForeignKeyNotValid.like(operation), validate]
    if isinstance(operation, ops.CreateTableOp | ops.CreateIndexOp | ops.AddColumnOp):
        operation.if_not_exists = True
    elif isinstance(
        operation, ops.DropTableOp | ops.DropIndexOp | ops.DropColumnOp | ops.DropConstraintOp
    ):
        operation.if_exists = True
    return [operation]
