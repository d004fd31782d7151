"""NOT NULL on a table in use: a CHECK that is validated beside the traffic, then the real thing.

PostgreSQL skips the scan of SET NOT NULL where a valid CHECK proves it (docs, ALTER TABLE,
"SET NOT NULL"), so no step holds a strong lock for longer than an instant.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic.operations import MigrateOperation, Operations, ops
from sqlalchemy.exc import DBAPIError

from ...operations.naming import quoted, shortened
from ...operations.operation import Operation
from ...operations.rank import Contract
from ...phase import CONTRACT
from ...session.errors import DatabaseError
from .constraints import has_constraint
from .statements import outside_transaction, run_briefly, run_long, scalar

CHECK_VIOLATION = "23514"


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
        # Not "…_not_null": PostgreSQL 18 gives that name to the NOT NULL constraint itself.
        check = shortened(f"{self.table_name}_{self.column_name}_filled")
        name = quoted(operations, check)
        alter = f"ALTER TABLE {table}"
        add = f"{alter} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID"
        drop = f"{alter} DROP CONSTRAINT IF EXISTS {name}"
        with outside_transaction(operations) as context:
            if context.as_sql:
                run_briefly(context, drop, add)
            elif not has_constraint(operations, check, table):
                run_briefly(context, add)
            try:
                run_long(context, f"{alter} VALIDATE CONSTRAINT {name}")
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != CHECK_VIOLATION:
                    raise
                run_briefly(context, drop)
                raise DatabaseError(self._nulls_left(operations, table, column)) from None
            run_briefly(context, f"{alter} ALTER COLUMN {column} SET NOT NULL", drop)

    def _nulls_left(self, operations: Operations, table: str, column: str) -> str:
        count = scalar(operations, f"SELECT count(*) FROM {table} WHERE {column} IS NULL")
        return (
            f"{self.table_name}.{self.column_name} cannot become NOT NULL: {count} rows hold NULL. "
            "Fill them (op.backfill) or correct what writes them, then run the same command again"
        )

    def reverse(self) -> MigrateOperation:
        """Return the plain relaxation, which takes its lock for an instant."""
        return ops.AlterColumnOp(
            self.table_name,
            self.column_name,
            schema=self.schema,
            modify_nullable=True,
        )
