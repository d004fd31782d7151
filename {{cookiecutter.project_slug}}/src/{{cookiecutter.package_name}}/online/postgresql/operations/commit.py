"""A transaction that ends in the middle of a revision: what it locked is free again."""

from __future__ import annotations

from dataclasses import dataclass

from alembic.operations import Operations

from ...operations.foresight.footprint import Footprint
from ...operations.operation import Operation
from ...operations.rank import Contract
from ...operations.statements import outside_transaction
from ...phase import CONTRACT


@dataclass
class Commit(Operation):
    """``op.commit_here()``: what follows does not wait for locks that what came before has taken."""

    name = "commit_here"
    footprint = Footprint("none")
    ranks = {CONTRACT: Contract.COLUMNS}
    commits = True

    def run(self, operations: Operations) -> None:
        """Commit what stands before."""
        with outside_transaction(operations):
            pass

    def reverse(self) -> Commit:
        """Return the same: the way back goes in as many steps."""
        return Commit()
