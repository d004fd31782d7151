"""``op.set_not_null``: NOT NULL on a table in use; each database has its own way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ..database import not_null
from ..phase import CONTRACT
from .foresight.rules import Filled, Rule
from .operation import Operation
from .rank import Contract


@dataclass
class SetNotNull(Operation):
    """``op.set_not_null(table, column)``; can be repeated after a cut at any point."""

    name = "set_not_null"
    footprint = not_null.FOOTPRINT
    ranks = {CONTRACT: Contract.NOT_NULL}
    commits = not_null.COMMITS
    table_name: str
    column_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Make the column NOT NULL; raises DatabaseError, changing nothing, where NULLs are left."""
        not_null.set_not_null(operations, self.table_name, self.column_name, self.schema)

    def rules(self, context: MigrationContext, connection: Connection) -> Iterable[Rule]:
        """No row may hold NULL."""
        return [Filled(self.schema, self.table_name, (self.column_name,))]

    def reverse(self) -> ops.AlterColumnOp:
        """Return the plain relaxation, which takes its lock for an instant."""
        return ops.AlterColumnOp(
            self.table_name, self.column_name, schema=self.schema, modify_nullable=True
        )
