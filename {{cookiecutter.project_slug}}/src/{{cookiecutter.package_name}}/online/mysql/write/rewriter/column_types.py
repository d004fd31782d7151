"""Changes of type: one step where the server leaves the rows alone, refused elsewhere."""

from alembic.operations import ops

from ....operations.allowed import Allowed
from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter.refusals import refuse, refuse_type_change
from ....write.rewriter.writer import Operations
from ...operations.definitions import change_clause, specification
from ...operations.information_schema import InformationSchema
from ..probe import is_online, why_impossible
from .refusals import COPY, no_conversion

SAYS_DEFAULT_TOO = True


def change_type(change: Change, operation: ops.AlterColumnOp) -> Operations:
    """Return the change as one step of expand, or refuse it with the recipe."""
    # The way back narrows what has been widened, which copies the table.
    what = f"{operation.table_name}.{operation.column_name}"
    undone_by(operation, Allowed("type_change", what, COPY), operation.reverse())
    connection, key = change.connection, key_of(operation)
    assert connection is not None
    found = InformationSchema(connection).column(key[1], key[0], operation.column_name)
    assert found is not None
    asked = {"type_": operation.modify_type, "server_default": operation.modify_server_default}
    there = change_clause(connection.dialect, found, asked)
    # Old code may leave the value to the default that goes.
    if operation.modify_server_default is None:
        in_phase(CONTRACT, operation)
    if is_online(connection, key, there):
        return [operation]
    back = f"MODIFY {specification(connection.dialect, found)}"
    impossible = why_impossible(connection, key, [there, back])
    if impossible is not None:
        return refuse(change, operation, "type_change", what, no_conversion(what, impossible))
    return refuse_type_change(change, operation)
