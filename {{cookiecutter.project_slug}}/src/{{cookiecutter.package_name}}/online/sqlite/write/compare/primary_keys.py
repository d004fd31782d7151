"""Primary keys, which stock autogenerate does not compare."""

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.util import PriorityDispatchResult
from sqlalchemy import Table

from ...operations.primary_keys import ChangePrimaryKey


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
    new, old = (list(t.primary_key.columns.keys()) for t in (table, inspected))
    if new != old and new:
        changes.ops.append(ChangePrimaryKey(table_name, old, new))
    return PriorityDispatchResult.CONTINUE
