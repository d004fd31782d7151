"""A change of a column, taken apart."""

from typing import Any

from alembic.operations import ops


def only(operation: ops.AlterColumnOp, **modify: Any) -> ops.AlterColumnOp:
    """Return *operation* reduced to one aspect."""
    return ops.AlterColumnOp(
        operation.table_name,
        operation.column_name,
        schema=operation.schema,
        existing_type=operation.existing_type,
        existing_server_default=operation.existing_server_default,
        existing_nullable=operation.existing_nullable,
        existing_comment=operation.existing_comment,
        **modify,
    )
