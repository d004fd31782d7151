"""New constraints on tables in use."""

from alembic.operations import ops
from sqlalchemy.schema import AddConstraint

from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter.constraints import phase_of_constraint
from ....write.rewriter.refusals import refuse_on_table
from ....write.rewriter.writer import Operations, writer
from ...operations.enforcing import EnforceCheck
from ..probe import is_online
from .refusals import CHECK
from .replaced import namesake, phase_of_swap, swap_key, swap_unique


@writer.makes_safe(ops.CreateUniqueConstraintOp)
def create_unique(change: Change, operation: ops.CreateUniqueConstraintOp) -> Operations:
    """Build its index beside the traffic, when no code is left that may break the rule."""
    old = namesake(change, operation)
    if old is not None:
        return swap_unique(change, operation)
    columns = [str(column) for column in operation.columns]
    phase = phase_of_swap(change, operation) or phase_of_constraint(change, operation, columns)
    return [in_phase(phase, operation)]


@writer.makes_safe(ops.CreateForeignKeyOp)
def create_foreign_key(change: Change, operation: ops.CreateForeignKeyOp) -> Operations:
    """Add the key when no code is left that may break it; ``online.py`` looks at the rows."""
    old = namesake(change, operation)
    if isinstance(old, ops.DropConstraintOp):
        return swap_key(operation, old)
    phase = phase_of_swap(change, operation) or phase_of_constraint(
        change, operation, list(operation.local_cols)
    )
    return [in_phase(phase, operation)]


@writer.makes_safe(ops.CreateCheckConstraintOp)
def create_check(change: Change, operation: ops.CreateCheckConstraintOp) -> Operations:
    """Add the rule where the server can do that beside the traffic; else refuse."""
    assert change.connection is not None
    constraint = operation.to_constraint(change.context)
    text = str(AddConstraint(constraint).compile(dialect=change.connection.dialect))
    statement = " ".join(text.split())
    clause = statement[statement.index(" ADD ") + 1 :]
    steps: Operations = [operation]
    if not is_online(change.connection, key_of(operation), clause):
        steps = refuse_on_table(change, operation, "check", operation.constraint_name, CHECK)
    return [in_phase(CONTRACT, step) for step in steps]


@writer.makes_safe(EnforceCheck)
def enforce_check(change: Change, operation: EnforceCheck) -> Operations:
    """Hold everybody to a rule: that reads all rows under a lock, and is refused."""
    undone_by(operation, operation.reverse())
    if not operation.enforced:
        return [operation]
    steps = refuse_on_table(change, operation, "check", operation.check_name, CHECK)
    return [in_phase(CONTRACT, step) for step in steps]
