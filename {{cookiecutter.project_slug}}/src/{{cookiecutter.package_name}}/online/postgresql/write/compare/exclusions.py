"""Exclusion constraints, which stock autogenerate does not compare: by name."""

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.util import PriorityDispatchResult
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from ....internals import name_by_convention
from ...operations.exclusions import CreateExclusion


def compare_exclusions(
    context: AutogenContext,
    changes: ops.ModifyTableOps,
    schema: str | None,
    table_name: str,
    inspected: Table | None,
    table: Table | None,
) -> PriorityDispatchResult:
    """Add to *changes* the exclusion constraints that come or go."""
    if inspected is None or table is None:
        return PriorityDispatchResult.CONTINUE
    connection = context.connection
    assert connection is not None
    preparer = context.dialect.identifier_preparer
    found = connection.scalars(
        sa.text(
            "SELECT conname FROM pg_constraint "
            "WHERE contype = 'x' AND conrelid = to_regclass(:name)"
        ),
        {"name": preparer.format_table(inspected)},
    )
    theirs = set(found)
    ours = {
        name_by_convention(context.dialect, constraint): constraint
        for constraint in table.constraints
        if isinstance(constraint, ExcludeConstraint)
    }
    for name in sorted(theirs - ours.keys()):
        changes.ops.append(ops.DropConstraintOp(name, table_name, schema=schema))
    for name in sorted(str(name) for name in ours.keys() - theirs):
        text = sa.schema.AddConstraint(ours[name]).compile(dialect=context.dialect)
        definition = " ".join(str(text).split()).partition(" EXCLUDE ")[2]
        changes.ops.append(
            CreateExclusion(name, table_name, f"EXCLUDE {definition}", schema=schema)
        )
    return PriorityDispatchResult.CONTINUE
