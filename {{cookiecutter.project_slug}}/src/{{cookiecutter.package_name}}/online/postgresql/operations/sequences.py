"""Options of a sequence in use: its type, bounds, step, cache and owner."""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic.operations import Operations

from ...operations.naming import quoted
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...phase import CONTRACT, EXPAND
from .statements import outside_transaction, run_briefly


@dataclass
class AlterSequence(Operation):
    """``op.alter_sequence(name, options, old=…)``: *options* as ALTER SEQUENCE … AS takes them."""

    name = "alter_sequence"
    ranks = {EXPAND: Expand.VALUES, CONTRACT: Contract.VALUES}
    commits = True
    sequence: str
    options: str
    old: str = field(kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Change the options: the numbers go on where they were."""
        name = quoted(operations, self.sequence, self.schema)
        cycle = "" if " CYCLE" in self.options else " NO CYCLE"
        owner = "" if " OWNED BY " in self.options else " OWNED BY NONE"
        with outside_transaction(operations) as context:
            run_briefly(context, f"ALTER SEQUENCE {name} AS {self.options}{cycle}{owner}")

    def reverse(self) -> AlterSequence:
        """Return the way back."""
        return AlterSequence(self.sequence, self.old, old=self.options, schema=self.schema)
