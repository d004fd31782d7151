"""What new tables need, which stock autogenerate leaves out: an engine and a character set.

Both are written into the revision, so that a table is the same on every server and in every
database, whatever its defaults are.
"""

from alembic.operations import MigrateOperation, ops

from ...write.change import Change
from ...write.tables import in_dependency_order

TABLE_OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4"}


def complete(change: Change, operations: list[MigrateOperation]) -> list[MigrateOperation]:
    """Return the flat list *operations* with what is missing before and after them."""
    for operation in operations:
        if isinstance(operation, ops.CreateTableOp):
            _add_options(change, operation)
    return in_dependency_order(change, operations)


def _add_options(change: Change, operation: ops.CreateTableOp) -> None:
    if operation.schema:
        change.refuse(
            f"{operation.schema}.{operation.table_name}: schema.",
            why="a schema is a database on MySQL, and the migrations of a service own one database",
            instead="leave out the schema in the model, and name the table "
            f"{operation.schema}_{operation.table_name}",
        )
    said = {name.replace("mariadb_", "mysql_") for name in operation.kw}
    for name, value in TABLE_OPTIONS.items():
        if name not in said and name.replace("charset", "default_charset") not in said:
            operation.kw[name] = value
