"""Constraints under another name: nothing is dropped, so the rule holds at every moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic.operations import Operations

from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...operations.statements import outside_transaction
from ...phase import CONTRACT, EXPAND
from .constraints import has_constraint
from .statements import run_briefly


@dataclass
class RenameConstraint(Operation):
    """``op.rename_constraint(table, name, new_name)``: its index, if it has one, goes along."""

    name = "rename_constraint"
    footprint = Footprint("ACCESS EXCLUSIVE, for an instant")
    ranks = {EXPAND: Expand.DROP_FOREIGN_KEYS, CONTRACT: Contract.DROP_FOREIGN_KEYS}
    commits = True
    table_name: str
    constraint_name: str
    new_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Rename, unless there is a constraint of the new name."""
        table = identifier(operations, self.table_name, self.schema)
        with outside_transaction(operations) as context:
            if context.as_sql or not has_constraint(operations, self.new_name, table):
                old, new = (
                    identifier(operations, n) for n in (self.constraint_name, self.new_name)
                )
                run_briefly(context, f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}")

    def reverse(self) -> RenameConstraint:
        """Return the way back."""
        return RenameConstraint(
            self.table_name, self.new_name, self.constraint_name, schema=self.schema
        )
