"""Primary keys, which stock autogenerate does not compare."""

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Table

from ....internals import name_by_convention
from ....write.compare.comparator import compares_tables
from ...operations.unique import ReplacePrimaryKey


@compares_tables
def compare_primary_key(
    context: AutogenContext, changes: ops.ModifyTableOps, inspected: Table, table: Table
) -> None:
    """Add to *changes* a primary key over other columns, or in another order."""
    stored, declared = inspected.primary_key, table.primary_key
    old, new = stored.columns.keys(), declared.columns.keys()
    if new and new != old:
        name = name_by_convention(context.dialect, declared) or f"pk_{changes.table_name}"
        changes.ops.append(
            ReplacePrimaryKey(
                name,
                changes.table_name,
                new,
                old=None if stored.name is None else str(stored.name),
                old_columns=old or None,
                schema=changes.schema,
            )
        )
