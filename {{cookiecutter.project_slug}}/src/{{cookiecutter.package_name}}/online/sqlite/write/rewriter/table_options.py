"""A table's options: what loosens comes first, what tightens when old code is gone."""

from alembic.operations import MigrateOperation

from ....phase import CONTRACT, in_phase
from ....write.change import Change
from ....write.rewriter.writer import Operations, writer
from ...operations.numbering import SetAutoincrement
from ...operations.table_options import SetRowid, SetStrict


@writer.makes_safe(SetStrict)
def set_strict(change: Change, operation: SetStrict) -> Operations:
    """Ask for values of their type when no old code is left that writes others."""
    return [_in_its_phase(operation, late=operation.wanted)]


@writer.makes_safe(SetRowid)
def set_rowid(change: Change, operation: SetRowid) -> Operations:
    """Take the rows' numbers away when no old code is left that may ask for them."""
    return [_in_its_phase(operation, late=not operation.wanted)]


@writer.makes_safe(SetAutoincrement)
def set_autoincrement(change: Change, operation: SetAutoincrement) -> Operations:
    """Let numbers be given again when no old code is left that trusts they are not."""
    return [_in_its_phase(operation, late=not operation.wanted)]


def _in_its_phase(operation: MigrateOperation, *, late: bool) -> MigrateOperation:
    return in_phase(CONTRACT, operation) if late else operation
