"""NOT NULL on a table in use: no row may hold NULL, then the table is rebuilt."""

from alembic.operations import Operations, ops

from .footprints import COPY

# It is one transaction with its revision.
COMMITS = False
FOOTPRINT = COPY


def set_not_null(
    operations: Operations, table_name: str, column_name: str, schema: str | None
) -> None:
    """Make the column NOT NULL; raises DatabaseError, changing nothing, where NULLs are left."""
    operations.invoke(alteration(table_name, column_name))


def alteration(table_name: str, column_name: str) -> ops.AlterColumnOp:
    """Return the same as a call of ``alter_column``, for a batch."""
    return ops.AlterColumnOp(table_name, column_name, modify_nullable=False)
