"""An index that changes under its name: the new one is built beside the old and takes its place."""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic.operations import Operations

from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier, literal
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...operations.statements import outside_transaction, scalar
from ...phase import CONTRACT, EXPAND
from .footprints import USERS
from .statements import run_briefly, run_long


@dataclass
class SwapIndex(Operation):
    """``op.swap_index(new_name, name)``: drop the index *name* and give its name to the new one."""

    name = "swap_index"
    footprint = Footprint(
        "SHARE UPDATE EXCLUSIVE, then ACCESS EXCLUSIVE on the index for an instant",
        waits_for=USERS,
    )
    ranks = {EXPAND: Expand.SWAPS, CONTRACT: Contract.DROP_INDEXES}
    commits = True
    new_name: str
    index_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Drop concurrently, then rename; where the new name is gone, it has been done before."""
        with outside_transaction(operations) as context:
            if not context.as_sql and not _exists(operations, self.new_name, self.schema):
                return
            old = identifier(operations, self.index_name, self.schema)
            run_long(context, f"DROP INDEX CONCURRENTLY IF EXISTS {old}")
            run_briefly(context, _rename(operations, self.new_name, self.index_name, self.schema))


@dataclass
class RenameIndex(Operation):
    """``op.rename_index(name, new_name)``: under a lock that readers and writers pass."""

    name = "rename_index"
    footprint = Footprint("SHARE UPDATE EXCLUSIVE on the index, for an instant")
    ranks = {EXPAND: Expand.SWAPS, CONTRACT: Contract.DROP_INDEXES}
    commits = True
    index_name: str
    new_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Rename, unless there is an index of the new name."""
        with outside_transaction(operations) as context:
            if context.as_sql or not _exists(operations, self.new_name, self.schema):
                run_briefly(
                    context, _rename(operations, self.index_name, self.new_name, self.schema)
                )

    def reverse(self) -> RenameIndex:
        """Return the way back."""
        return RenameIndex(self.new_name, self.index_name, schema=self.schema)


def _rename(operations: Operations, name: str, new_name: str, schema: str | None) -> str:
    index = identifier(operations, name, schema)
    return f"ALTER INDEX IF EXISTS {index} RENAME TO {identifier(operations, new_name)}"


def _exists(operations: Operations, name: str, schema: str | None) -> bool:
    index = literal(identifier(operations, name, schema))
    return bool(scalar(operations, f"SELECT to_regclass({index}) IS NOT NULL"))
