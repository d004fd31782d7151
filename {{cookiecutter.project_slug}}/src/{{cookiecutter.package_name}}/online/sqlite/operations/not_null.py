"""NOT NULL on a table in use: no row may hold NULL, then the table is rebuilt."""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic.operations import MigrateOperation, Operations, ops

from ...operations.operation import Operation
from ...operations.rank import Contract
from ...phase import CONTRACT


@dataclass
class SetNotNull(Operation):
    """``op.set_not_null(table, column)``; in one transaction with its revision."""

    name = "set_not_null"
    ranks = {CONTRACT: Contract.NOT_NULL}
    table_name: str
    column_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Make the column NOT NULL; raises DatabaseError, changing nothing, where NULLs are left."""
        operations.invoke(self.plain())

    def plain(self) -> ops.AlterColumnOp:
        """Return the same as a call of ``alter_column``, for a batch."""
        return ops.AlterColumnOp(self.table_name, self.column_name, modify_nullable=False)

    def reverse(self) -> MigrateOperation:
        """Return the plain relaxation."""
        return ops.AlterColumnOp(self.table_name, self.column_name, modify_nullable=True)
