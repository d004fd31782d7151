"""NOT NULL on a table in use: the server builds the table anew beside the traffic, and checks it.

In strict mode, which every session of ours has, MODIFY … NOT NULL runs INPLACE with LOCK=NONE, and
fails where a NULL is left (MySQL manual, 17.12.1). It needs the column's whole definition, which
is taken from the information schema.
"""

from typing import Any

from alembic.operations import Operations

from ...operations.naming import identifier
from ...operations.statements import scalar
from ...operations.violations import nulls_left
from . import offline
from .footprints import COPIED

COMMITS = True
FOOTPRINT = COPIED


def set_not_null(
    operations: Operations, table_name: str, column_name: str, schema: str | None
) -> None:
    """Make the column NOT NULL; raises DatabaseError, changing nothing, where NULLs are left."""
    table = identifier(operations, table_name, schema)
    column = identifier(operations, column_name)
    impl: Any = operations.impl
    if operations.migration_context.as_sql:
        impl.static_output(offline.set_not_null(table, column, table_name, column_name))
        return
    count = scalar(operations, f"SELECT count(*) FROM {table} WHERE {column} IS NULL")
    if count:
        raise nulls_left(table_name, column_name, count)
    impl.alter_column(table_name, column_name, schema=schema, nullable=False)
