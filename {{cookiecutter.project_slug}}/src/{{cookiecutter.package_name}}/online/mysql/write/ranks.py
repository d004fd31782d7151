"""Where Alembic's own operations stand in a revision on MySQL; ours carry their own ranks."""

from alembic.operations import MigrateOperation, ops

from ...operations.rank import Contract, Expand

EXPAND: dict[type[MigrateOperation], int] = {
    ops.DropConstraintOp: Expand.DROP_RULES,
    ops.DropIndexOp: Expand.DROP_RULES,
    ops.CreateTableOp: Expand.TABLES,
    ops.AlterColumnOp: Expand.COLUMNS,
    ops.AddColumnOp: Expand.COLUMNS,
    ops.CreateUniqueConstraintOp: Expand.UNIQUE,
    ops.CreateCheckConstraintOp: Expand.CHECKS,
    ops.CreateForeignKeyOp: Expand.FOREIGN_KEYS,
}
CONTRACT: dict[type[MigrateOperation], int] = {
    # Before NOT NULL, which the old default may not bear (NULL ON UPDATE …).
    ops.AlterColumnOp: Contract.NOT_NULL - 5,
    ops.DropConstraintOp: Contract.DROP_RULES,
    ops.CreateUniqueConstraintOp: Contract.UNIQUE,
    ops.CreateCheckConstraintOp: Contract.CHECKS,
    ops.CreateForeignKeyOp: Contract.FOREIGN_KEYS,
    ops.DropIndexOp: Contract.DROP_INDEXES,
    ops.DropColumnOp: Contract.DROP_COLUMNS,
    ops.DropTableOp: Contract.DROP_TABLES,
}
