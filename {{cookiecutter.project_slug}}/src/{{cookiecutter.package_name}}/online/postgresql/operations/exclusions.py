"""Exclusion constraints: PostgreSQL builds them under a lock, so they come only when allowed."""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic.operations import Operations

from ...operations.foresight.footprint import Footprint, Work
from ...operations.naming import identifier
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...operations.statements import outside_transaction
from ...phase import CONTRACT, EXPAND
from .statements import run_briefly


@dataclass
class CreateExclusion(Operation):
    """``op.create_exclusion(name, table, definition)``: blocks the table while it is built."""

    name = "create_exclusion"
    footprint = Footprint("ACCESS EXCLUSIVE, while it is built", "every row", Work.INDEX)
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

    def reverse(self) -> DropExclusion:
        """Return the drop."""
        return DropExclusion(
            self.constraint_name, self.table_name, self.definition, schema=self.schema
        )


@dataclass
class DropExclusion(Operation):
    """``op.drop_exclusion(name, table, definition)``: the definition is for the way back."""

    name = "drop_exclusion"
    footprint = Footprint("ACCESS EXCLUSIVE, for an instant")
    ranks = {EXPAND: Expand.DROP_RULES, CONTRACT: Contract.DROP_RULES}
    commits = True
    constraint_name: str
    table_name: str
    definition: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Drop the constraint, if it is there."""
        table = identifier(operations, self.table_name, self.schema)
        name = identifier(operations, self.constraint_name)
        with outside_transaction(operations) as context:
            run_briefly(context, f"ALTER TABLE IF EXISTS {table} DROP CONSTRAINT IF EXISTS {name}")

    def reverse(self) -> CreateExclusion:
        """Return the creation."""
        return CreateExclusion(
            self.constraint_name, self.table_name, self.definition, schema=self.schema
        )
