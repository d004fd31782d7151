"""Primary keys, which stock autogenerate does not compare."""

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Table

from ....write.compare.comparator import compares_tables
from ...operations.primary_keys import ReplacePrimaryKey


@compares_tables
def compare_primary_key(
    context: AutogenContext, changes: ops.ModifyTableOps, inspected: Table, table: Table
) -> None:
    """Add to *changes* a primary key over other columns, or in another order."""
    old, new = inspected.primary_key.columns.keys(), table.primary_key.columns.keys()
    if new and new != old:
        changes.ops.append(
            ReplacePrimaryKey(
                changes.table_name, new, old_columns=old or None, schema=changes.schema
            )
        )
