"""Exclusion constraints: PostgreSQL builds them under a lock, so they come only when allowed."""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic.operations import Operations, ops

from ...operations.naming import identifier
from ...operations.operation import Operation
from ...operations.rank import Contract
from ...operations.statements import outside_transaction
from ...phase import CONTRACT
from .statements import run_briefly


@dataclass
class CreateExclusion(Operation):
    """``op.create_exclusion(name, table, definition)``: blocks the table while it is built."""

    name = "create_exclusion"
    ranks = {CONTRACT: Contract.UNIQUE}
    commits = True
    constraint_name: str
    table_name: str
    definition: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Add the constraint."""
        table = identifier(operations, self.table_name, self.schema)
        name = identifier(operations, self.constraint_name)
        with outside_transaction(operations) as context:
            run_briefly(
                context,
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}, "
                f"ADD CONSTRAINT {name} {self.definition}",
            )

    def reverse(self) -> ops.DropConstraintOp:
        """Return the drop."""
        return ops.DropConstraintOp(self.constraint_name, self.table_name, schema=self.schema)
