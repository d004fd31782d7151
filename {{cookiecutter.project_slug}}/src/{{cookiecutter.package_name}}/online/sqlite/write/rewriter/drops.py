"""What goes: constraints and tables; columns go alike in every database."""

from alembic.operations import ops

from ....phase import CONTRACT, in_phase
from ....write.change import Change
from ....write.rewriter.changed_checks import is_replaced
from ....write.rewriter.drops import goes_with_column
from ....write.rewriter.writer import Operations, writer
from .replaced import is_rested_on, phase_of_swap


@writer.makes_safe(ops.DropConstraintOp)
def drop_constraint(change: Change, operation: ops.DropConstraintOp) -> Operations:
    """Drop a rule in expand: that loosens.

    One waits that goes with a column, that a key rests on, or whose successor waits.
    """
    if is_replaced(change, operation):
        return []
    late = (
        goes_with_column(change, operation)
        or phase_of_swap(change, operation) == CONTRACT
        or (phase_of_swap(change, operation) is None and is_rested_on(change, operation))
    )
    return [in_phase(CONTRACT, operation) if late else operation]


@writer.makes_safe(ops.DropTableOp)
def drop_table(change: Change, operation: ops.DropTableOp) -> Operations:
    """Drop the table when old code is gone."""
    return [in_phase(CONTRACT, operation)]
