"""Primary keys, which stock autogenerate does not compare."""

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.util import PriorityDispatchResult
from sqlalchemy import Table

from ....internals import name_by_convention
from ...operations.unique import ReplacePrimaryKey


def compare_primary_key(
    context: AutogenContext,
    changes: ops.ModifyTableOps,
    schema: str | None,
    table_name: str,
    inspected: Table | None,
    table: Table | None,
) -> PriorityDispatchResult:
    """Add to *changes* a primary key over other columns, or in another order."""
    if inspected is None or table is None:
        return PriorityDispatchResult.CONTINUE
    theirs, ours = inspected.primary_key, table.primary_key
    new, old = list(ours.columns.keys()), list(theirs.columns.keys())
    if new != old and new:
        name = name_by_convention(context.dialect, ours)
        changes.ops.append(
            ReplacePrimaryKey(
                name or f"pk_{table_name}",
                table_name,
                new,
                old=None if theirs.name is None else str(theirs.name),
                old_columns=old or None,
                schema=schema,
            )
        )
    return PriorityDispatchResult.CONTINUE
