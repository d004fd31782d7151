"""A foreign key or a unique rule whose options change: the old one holds until the new one does.

The new one is made beside the traffic under a name of its own; a short transaction then drops the
old one and gives its name to the new.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from alembic.operations import Operations, ops
from sqlalchemy.sql.elements import conv

from ...internals import render_foreign_key
from ...operations.naming import identifier, name_in_database, shortened
from ...operations.operation import Operation
from ...operations.rank import Contract
from ...operations.stand_in import StandIn
from ...operations.statements import outside_transaction
from ...phase import CONTRACT
from .constraints import add_not_valid
from .statements import run_briefly, run_long
from .unique import build_unique_index


class ReplaceForeignKey(StandIn[ops.CreateForeignKeyOp]):
    """``op.replace_foreign_key(…)``: as ``op.create_foreign_key``, in place of one of its name."""

    name = "replace_foreign_key"
    ranks = {CONTRACT: Contract.FOREIGN_KEYS}
    commits = True
    plain_class = ops.CreateForeignKeyOp
    plain_name = "create_foreign_key"
    plain_render = render_foreign_key

    def run(self, operations: Operations) -> None:
        """Add the new key NOT VALID, validate it, and let it take the old one's place."""
        key = self.plain.to_constraint(operations.migration_context)
        name = name_in_database(operations, key.name, "constraint")
        new = copy.copy(self.plain)
        new.constraint_name = conv(_beside(name))
        add_not_valid(operations, new)
        table = identifier(operations, key.table.name, key.table.schema)
        old, temporary = identifier(operations, name), identifier(operations, _beside(name))
        with outside_transaction(operations) as context:
            run_long(context, f"ALTER TABLE {table} VALIDATE CONSTRAINT {temporary}")
            run_briefly(
                context,
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {old}",
                f"ALTER TABLE {table} RENAME CONSTRAINT {temporary} TO {old}",
            )


@dataclass
class ReplaceUnique(Operation):
    """``op.replace_unique(name, table, columns, …)``: in place of one of its name; *old*: its options."""

    name = "replace_unique"
    ranks = {CONTRACT: Contract.UNIQUE}
    commits = True
    constraint_name: str
    table_name: str
    columns: list[str]
    deferrable: bool | None = field(default=None, kw_only=True)
    initially: str | None = field(default=None, kw_only=True)
    include: list[str] | None = field(default=None, kw_only=True)
    nulls_not_distinct: bool = field(default=False, kw_only=True)
    old: dict[str, Any] = field(default_factory=dict, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Build the new index beside the traffic, and let it take the old one's place."""
        table = identifier(operations, self.table_name, self.schema)
        name = identifier(operations, self.constraint_name)
        beside = _beside(self.constraint_name)
        timing = " DEFERRABLE" if self.deferrable else ""
        timing += f" INITIALLY {self.initially}" if self.initially else ""
        with outside_transaction(operations) as context:
            build_unique_index(
                operations,
                beside,
                self.table_name,
                self.columns,
                self.schema,
                include=self.include,
                nulls_not_distinct=self.nulls_not_distinct,
            )
            run_briefly(
                context,
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}",
                f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX "
                f"{identifier(operations, beside)}{timing}",
            )

    def reverse(self) -> ReplaceUnique:
        """Return the way back to the old options."""
        now = {
            "deferrable": self.deferrable,
            "initially": self.initially,
            "include": self.include,
            "nulls_not_distinct": self.nulls_not_distinct,
        }
        said = {name: value for name, value in now.items() if value}
        return ReplaceUnique(
            self.constraint_name,
            self.table_name,
            self.columns,
            **self.old,
            old=said,
            schema=self.schema,
        )


def _beside(name: str) -> str:
    return shortened(f"{name}_new")
