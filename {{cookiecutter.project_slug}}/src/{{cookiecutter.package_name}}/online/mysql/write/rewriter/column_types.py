"""Changes of type: one step where the server leaves the rows alone, refused elsewhere."""

from alembic.operations import ops
from sqlalchemy.types import TypeEngine

from ....operations.allowed import Allowed
from ....write.change import Change, key_of, undone_by
from ....write.rewriter.refusals import refuse_type_change
from ....write.rewriter.writer import Operations
from ...operations.definitions import change_clause
from ...operations.information_schema import InformationSchema
from ..probe import is_online
from .refusals import COPY


def change_type(change: Change, operation: ops.AlterColumnOp) -> Operations:
    """Return the change as one step of expand, or refuse it with the recipe."""
    step = ops.AlterColumnOp(
        operation.table_name,
        operation.column_name,
        schema=operation.schema,
        existing_type=operation.existing_type,
        existing_nullable=operation.existing_nullable,
        existing_server_default=operation.existing_server_default,
        existing_comment=operation.existing_comment,
        modify_type=operation.modify_type,
    )
    back = step.reverse()
    # The way back narrows what has been widened, which copies the table.
    what = f"{operation.table_name}.{operation.column_name}"
    undone_by(step, Allowed("type_change", what, COPY), back)
    assert operation.modify_type is not None
    if _is_online(change, operation, operation.modify_type):
        return [step]
    return refuse_type_change(change, step)


def _is_online(change: Change, operation: ops.AlterColumnOp, new: TypeEngine[object]) -> bool:
    connection, key = change.connection, key_of(operation)
    assert connection is not None
    found = InformationSchema(connection).column(key[1], key[0], operation.column_name)
    assert found is not None
    return is_online(connection, key, change_clause(connection.dialect, found, {"type_": new}))
