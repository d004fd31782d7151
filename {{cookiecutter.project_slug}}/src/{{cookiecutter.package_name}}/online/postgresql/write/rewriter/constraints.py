"""New constraints on tables in use."""

import re
from typing import Any

from alembic.operations import ops

from ....operations.naming import final_name
from ....phase import CONTRACT, EXPAND, Phase, in_phase
from ....write.change import Change, key_of
from ....write.rewriter.columns import added_nullable
from ....write.rewriter.writer import Operations, writer
from ...operations.constraints import (
    CreateCheckConstraintNotValid,
    CreateForeignKeyNotValid,
    ValidateConstraint,
)
from ...operations.unique import CreateUniqueUsingIndex, options_of
from ..probe import is_partitioned
from .refusals import on_partitioned


@writer.rewrites(ops.CreateUniqueConstraintOp)
def create_unique(context: Any, _: Any, operation: ops.CreateUniqueConstraintOp) -> Operations:
    """Build a unique index concurrently and make it the constraint."""
    change = Change.current()
    if change.on_new_table(operation):
        return [operation]
    if is_partitioned(change.connection, key_of(operation)):
        return on_partitioned(change, operation, str(operation.constraint_name))
    columns = [str(column) for column in operation.columns]
    built = CreateUniqueUsingIndex(
        final_name(change.context, operation),
        operation.table_name,
        columns,
        **options_of(operation),
    )
    return [in_phase(_phase(change, operation, columns), built)]


@writer.rewrites(ops.CreateForeignKeyOp)
def create_foreign_key(context: Any, _: Any, operation: ops.CreateForeignKeyOp) -> Operations:
    """Add the key NOT VALID, then validate it, each in a transaction of its own."""
    change = Change.current()
    if change.on_new_table(operation):
        return [operation]
    if is_partitioned(change.connection, key_of(operation)):
        return on_partitioned(change, operation, str(operation.constraint_name))
    phase = _phase(change, operation, list(operation.local_cols))
    validate = ValidateConstraint(
        final_name(change.context, operation),
        operation.source_table,
        schema=operation.kw.get("source_schema"),
    )
    added = CreateForeignKeyNotValid.like(operation)
    return [in_phase(phase, added), in_phase(phase, validate)]


@writer.rewrites(ops.CreateCheckConstraintOp)
def create_check(context: Any, _: Any, operation: ops.CreateCheckConstraintOp) -> Operations:
    """Add the rule NOT VALID, then validate it, each in a transaction of its own."""
    change = Change.current()
    if change.on_new_table(operation):
        return [operation]
    phase = _phase(change, operation, _columns_in(change, operation))
    validate = ValidateConstraint(
        final_name(change.context, operation), operation.table_name, schema=operation.schema
    )
    added = CreateCheckConstraintNotValid.like(operation)
    return [in_phase(phase, added), in_phase(phase, validate)]


def _phase(change: Change, operation: Any, columns: list[str]) -> Phase:
    """Return expand for a rule on a new column that old code leaves NULL, else contract."""
    return EXPAND if added_nullable(change, key_of(operation), columns) else CONTRACT


def _columns_in(change: Change, operation: ops.CreateCheckConstraintOp) -> list[str]:
    """Return the new columns that the rule names, or none where it names others as well."""
    words = set(re.findall(r"\w+", str(operation.condition)))
    table = change.model(key_of(operation))
    named = words & {column.name for column in (table.columns if table is not None else ())}
    new = {name for key, name in change.added if key == key_of(operation)}
    return sorted(named) if named <= new else []
