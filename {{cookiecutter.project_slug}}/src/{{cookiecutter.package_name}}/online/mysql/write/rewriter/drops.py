"""What goes: constraints and tables; columns go alike in every database."""

from alembic.operations import MigrateOperation, ops
from sqlalchemy.schema import AddConstraint

from ....internals import original_of
from ....operations.allowed import Allowed
from ....operations.colons import with_colons_escaped
from ....operations.percents import single
from ....operations.rank import with_ranks
from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter.drops import goes_with_column, keys_before_table
from ....write.rewriter.writer import Operations, writer
from ...operations.enforcing import EnforceCheck
from ...operations.information_schema import InformationSchema
from ..probe import is_referenced
from .refusals import COPY
from .replaced import AFTER_SWAP, is_replaced, phase_of_swap


@writer.makes_safe(ops.DropConstraintOp)
def drop_constraint(change: Change, operation: ops.DropConstraintOp) -> Operations:
    """Drop a rule in expand: that loosens. One that others rest on, or that goes with a column, waits."""
    if is_replaced(change, operation):
        return []
    swap = phase_of_swap(change, operation)
    late = goes_with_column(change, operation) or swap == CONTRACT
    if swap is not None and operation.constraint_type != "foreignkey":
        # A key goes first: its index is that of the new one.
        with_ranks(operation, AFTER_SWAP)
    name = str(operation.constraint_name)
    if operation.constraint_type == "check" and original_of(operation):
        what = f"{operation.table_name}.{name}"
        undone_by(operation, *_way_back(change, operation, Allowed("check", what, COPY)))
    elif operation.constraint_type != "foreignkey":
        late = late or is_referenced(change.connection, key_of(operation), name)
    return [in_phase(CONTRACT, operation) if late else operation]


@writer.makes_safe(ops.DropTableOp)
def drop_table(change: Change, operation: ops.DropTableOp) -> Operations:
    """Drop the table's foreign keys first, one a statement."""
    name = operation.table_name
    loose = [
        EnforceCheck(name, check, enforced=False, schema=operation.schema)
        for check in _unenforced(change, operation)
    ]
    return keys_before_table(operation, ops.DropConstraintOp.from_constraint, *loose)


def _way_back(change: Change, operation: ops.DropConstraintOp, allowed: Allowed) -> Operations:
    """Return what adds a rule again as it was: nobody has kept one that was not enforced."""
    back = operation.reverse()
    if str(operation.constraint_name) not in _unenforced(change, operation):
        return [allowed, back]
    dialect = change.context.dialect
    compiled = str(AddConstraint(back.to_constraint(change.context)).compile(dialect=dialect))
    statement = " ".join(single(compiled, dialect).split())
    return [ops.ExecuteSQLOp(with_colons_escaped(f"{statement} NOT ENFORCED"))]


def _unenforced(change: Change, operation: MigrateOperation) -> list[str]:
    assert change.connection is not None
    schema, table = key_of(operation)
    return InformationSchema(change.connection).unenforced(table, schema)
