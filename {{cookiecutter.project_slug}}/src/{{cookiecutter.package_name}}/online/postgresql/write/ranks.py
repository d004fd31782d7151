"""Where Alembic's own operations stand in a revision on PostgreSQL; ours carry their own ranks."""

from alembic.operations import MigrateOperation, ops

from ...operations.rank import Contract, Expand

EXPAND: dict[type[MigrateOperation], int] = {
    ops.DropConstraintOp: Expand.DROP_RULES,
    ops.CreateTableOp: Expand.TABLES,
    ops.AlterColumnOp: Expand.COLUMNS,
    ops.AddColumnOp: Expand.COLUMNS,
    ops.CreateForeignKeyOp: Expand.FOREIGN_KEYS,
}
CONTRACT: dict[type[MigrateOperation], int] = {
    ops.AlterColumnOp: Contract.COLUMNS,
    ops.DropConstraintOp: Contract.DROP_RULES,
    ops.DropIndexOp: Contract.DROP_INDEXES,
    ops.DropColumnOp: Contract.DROP_COLUMNS,
    ops.DropTableOp: Contract.DROP_TABLES,
}
