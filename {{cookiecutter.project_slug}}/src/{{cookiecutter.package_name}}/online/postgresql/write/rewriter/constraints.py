"""New constraints on tables in use; CHECKs are in ``checks.py``."""

from alembic.operations import ops

from ....operations.naming import final_name
from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of
from ....write.rewriter.constraints import phase_of_constraint
from ....write.rewriter.refusals import refuse_on_table
from ....write.rewriter.writer import Operations, writer
from ...operations.constraints import CreateForeignKeyNotValid, ValidateConstraint
from ...operations.exclusions import CreateExclusion
from ...operations.unique import CreateUniqueUsingIndex, options_of
from ..probe import is_partitioned
from . import comments, refusals, replaced


@writer.makes_safe(ops.CreateUniqueConstraintOp)
def create_unique(change: Change, operation: ops.CreateUniqueConstraintOp) -> Operations:
    """Build a unique index concurrently and make it the constraint."""
    name = operation.constraint_name
    if is_partitioned(change.connection, key_of(operation)):
        return refuse_on_table(change, operation, "partitioned", name, refusals.PARTITIONED)
    old = replaced.old_of(change, operation)
    if old is not None:
        return replaced.swap(change, operation, old)
    columns = [str(column) for column in operation.columns]
    built = CreateUniqueUsingIndex(
        final_name(change.context, operation),
        operation.table_name,
        columns,
        **options_of(operation),
    )
    phase = replaced.phase_of_swap(change, operation)
    return [in_phase(phase or phase_of_constraint(change, operation, columns), built)]


@writer.makes_safe(ops.CreateForeignKeyOp)
def create_foreign_key(change: Change, operation: ops.CreateForeignKeyOp) -> Operations:
    """Add the key NOT VALID, then validate it, each in a transaction of its own."""
    name = operation.constraint_name
    if is_partitioned(change.connection, key_of(operation)):
        return refuse_on_table(change, operation, "partitioned", name, refusals.PARTITIONED)
    old = replaced.old_of(change, operation)
    if old is not None:
        return replaced.swap(change, operation, old)
    phase = replaced.phase_of_swap(change, operation) or phase_of_constraint(
        change, operation, list(operation.local_cols)
    )
    validate = ValidateConstraint(
        final_name(change.context, operation),
        operation.source_table,
        schema=operation.kw.get("source_schema"),
    )
    added = CreateForeignKeyNotValid.like(operation)
    return [in_phase(phase, added), in_phase(phase, validate)]


@writer.makes_safe(CreateExclusion)
def create_exclusion(change: Change, operation: CreateExclusion) -> Operations:
    """Refuse; where it is allowed, it comes when no code is left that may break it."""
    name = operation.constraint_name
    allowed = refuse_on_table(change, operation, "exclusion", name, refusals.EXCLUSION)
    comments.with_comments_back(change, operation, name)
    return [in_phase(CONTRACT, step) for step in allowed]
