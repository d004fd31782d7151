"""NOT NULL on a table in use: the server builds the table anew beside the traffic, and checks it.

In strict mode, which every session of ours has, MODIFY … NOT NULL runs INPLACE with LOCK=NONE, and
fails where a NULL is left (MySQL manual, 17.12.1). It needs the column's whole definition, which
is taken from the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from alembic.operations import MigrateOperation, Operations, ops

from ...operations.naming import quoted
from ...operations.operation import Operation
from ...operations.rank import Contract
from ...phase import CONTRACT
from ...session.errors import DatabaseError
from . import offline
from .statements import scalar


@dataclass
class SetNotNull(Operation):
    """``op.set_not_null(table, column)``; can be repeated after a cut at any point."""

    name = "set_not_null"
    ranks = {CONTRACT: Contract.NOT_NULL}
    commits = True
    table_name: str
    column_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Make the column NOT NULL; raises DatabaseError, changing nothing, where NULLs are left."""
        table = quoted(operations, self.table_name, self.schema)
        column = quoted(operations, self.column_name)
        impl: Any = operations.impl
        if operations.migration_context.as_sql:
            impl.static_output(
                offline.set_not_null(table, column, self.table_name, self.column_name)
            )
            return
        nulls = scalar(operations, f"SELECT count(*) FROM {table} WHERE {column} IS NULL")
        if nulls:
            raise DatabaseError(
                f"{self.table_name}.{self.column_name} cannot become NOT NULL: {nulls} rows hold "
                "NULL. Fill them (op.backfill) or correct what writes them, then run the same "
                "command again"
            )
        impl.alter_column(self.table_name, self.column_name, schema=self.schema, nullable=False)

    def reverse(self) -> MigrateOperation:
        """Return the plain relaxation."""
        return ops.AlterColumnOp(
            self.table_name,
            self.column_name,
            schema=self.schema,
            modify_nullable=True,
        )
