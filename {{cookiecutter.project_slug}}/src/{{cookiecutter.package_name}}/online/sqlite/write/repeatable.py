"""A revision that commits in the middle runs again from its start after a cut.

It is stamped only at its end, so every step before the last commit must pass over what an
earlier run has done already. Our own operations do; Alembic's are told to here. What follows
the last commit is one transaction with the stamp.
"""

from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext

from .batching import batch_by_table


def make_repeatable(
    context: MigrationContext, operations: list[MigrateOperation]
) -> list[MigrateOperation]:
    """Return *operations*, gathered by table, and made repeatable where one of them commits."""
    commits = [index for index, o in enumerate(operations) if getattr(o, "commits", False)]
    for operation in operations[: commits[-1]] if commits else []:
        if isinstance(operation, ops.CreateTableOp | ops.CreateIndexOp | ops.AddColumnOp):
            operation.if_not_exists = True
        elif isinstance(operation, ops.DropTableOp | ops.DropIndexOp | ops.DropColumnOp):
            operation.if_exists = True
    return batch_by_table(operations)
