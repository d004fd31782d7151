"""Exclusion constraints, which stock autogenerate does not compare: by name."""

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from ....internals import name_by_convention
from ....write.compare.comparator import compares_tables
from ...operations.exclusions import CreateExclusion


@compares_tables
def compare_exclusions(
    context: AutogenContext, changes: ops.ModifyTableOps, inspected: Table, table: Table
) -> None:
    """Add to *changes* the exclusion constraints that come or go."""
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
    stored = set(found)
    declared = {
        name_by_convention(context.dialect, constraint): constraint
        for constraint in table.constraints
        if isinstance(constraint, ExcludeConstraint)
    }
    for name in sorted(stored - declared.keys()):
        changes.ops.append(ops.DropConstraintOp(name, changes.table_name, schema=changes.schema))
    for name in sorted(str(name) for name in declared.keys() - stored):
        text = sa.schema.AddConstraint(declared[name]).compile(dialect=context.dialect)
        definition = " ".join(str(text).split()).partition(" EXCLUDE ")[2]
        changes.ops.append(
            CreateExclusion(
                name, changes.table_name, f"EXCLUDE {definition}", schema=changes.schema
            )
        )
