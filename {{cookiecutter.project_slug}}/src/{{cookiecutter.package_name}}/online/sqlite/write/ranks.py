"""Where Alembic's own operations stand in a revision on SQLite; ours carry their own ranks.

A backfill commits what stands before it, so that comes early which may be done twice; what takes
a rebuild stands together, so that each table is rebuilt once.
"""

from alembic.operations import MigrateOperation, ops

from ...operations.rank import Contract, Expand

EXPAND: dict[type[MigrateOperation], int] = {
    ops.AddColumnOp: Expand.COLUMNS,
    ops.AlterColumnOp: Expand.COLUMNS + 1,
    ops.DropConstraintOp: Expand.VALUES + 1,
    # Those that take another's place.
    ops.CreateUniqueConstraintOp: Expand.VALUES + 1,
    ops.CreateCheckConstraintOp: Expand.VALUES + 1,
    ops.CreateForeignKeyOp: Expand.VALUES + 1,
    ops.DropIndexOp: Expand.VALUES + 2,
    ops.CreateTableOp: Expand.VALUES + 3,
    ops.CreateIndexOp: Expand.INDEXES,
}
# After the values all is one transaction.
CONTRACT: dict[type[MigrateOperation], int] = {
    ops.DropIndexOp: Contract.VALUES + 1,
    ops.DropConstraintOp: Contract.VALUES + 2,
    ops.AlterColumnOp: Contract.NOT_NULL,
    ops.CreateUniqueConstraintOp: Contract.NOT_NULL,
    ops.CreateForeignKeyOp: Contract.NOT_NULL,
    ops.CreateCheckConstraintOp: Contract.NOT_NULL,
    ops.DropColumnOp: Contract.DROP_COLUMNS,
    ops.CreateIndexOp: Contract.DROP_COLUMNS + 1,
    ops.DropTableOp: Contract.DROP_TABLES,
}
