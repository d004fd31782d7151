"""An index under another name: the server changes its own notes, and nothing else."""

from dataclasses import dataclass, field
from typing import Any

from alembic.operations import Operations

from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier
from ...operations.operation import Operation
from ...operations.rank import Expand
from ...phase import EXPAND
from .information_schema import InformationSchema


@dataclass
class RenameIndex(Operation):
    """``op.rename_index(table, old, new)``: ``ALTER TABLE … RENAME INDEX``, unless it is done."""

    name = "rename_index"
    footprint = Footprint("metadata lock, for an instant")
    # Before a foreign key of one of the names: what is called like it would go with it.
    ranks = {EXPAND: Expand.DROP_FOREIGN_KEYS - 5}
    commits = True
    table_name: str
    old_name: str
    new_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Rename the index; one that has its new name already stays as it is."""
        impl: Any = operations.impl
        if not operations.migration_context.as_sql:
            known = InformationSchema(operations.get_bind())
            if not known.index(self.table_name, self.schema, self.old_name):
                return
        old, new = (identifier(operations, name) for name in (self.old_name, self.new_name))
        impl.change(self.table_name, self.schema, f"RENAME INDEX {old} TO {new}")

    def reverse(self) -> "RenameIndex":
        """Return the renaming back."""
        return RenameIndex(self.table_name, self.new_name, self.old_name, schema=self.schema)
