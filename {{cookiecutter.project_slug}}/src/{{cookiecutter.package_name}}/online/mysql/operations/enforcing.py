"""CHECKs that MySQL keeps without holding anybody to them (NOT ENFORCED)."""

from dataclasses import dataclass, field
from typing import Any

from alembic.operations import Operations

from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...phase import CONTRACT, EXPAND


@dataclass
class EnforceCheck(Operation):
    """``op.enforce_check(table, name)``: hold everybody to the rule; ``enforced=False``: nobody."""

    name = "enforce_check"
    footprint = Footprint("metadata lock, which writers wait for", "every row")
    ranks = {EXPAND: Expand.DROP_RULES, CONTRACT: Contract.CHECKS}
    commits = True
    table_name: str
    check_name: str
    enforced: bool = field(default=True, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    @property
    def clause(self) -> str:
        """The clause of ALTER TABLE, but for the rule's name."""
        return "ENFORCED" if self.enforced else "NOT ENFORCED"

    def run(self, operations: Operations) -> None:
        """Change the rule: that can be done again."""
        impl: Any = operations.impl
        name = identifier(operations, self.check_name)
        impl.change(self.table_name, self.schema, f"ALTER CHECK {name} {self.clause}")

    def reverse(self) -> "EnforceCheck":
        """Return the change back."""
        return EnforceCheck(
            self.table_name, self.check_name, enforced=not self.enforced, schema=self.schema
        )
