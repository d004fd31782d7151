"""Primary keys of a table in use: the server builds the table anew beside the traffic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ...operations.foresight.footprint import Footprint, Work
from ...operations.foresight.of_alembic import quoted
from ...operations.foresight.rules import Filled, Rule, Unique
from ...operations.naming import identifier
from ...operations.operation import Operation
from ...operations.rank import Contract
from ...phase import CONTRACT


@dataclass
class ReplacePrimaryKey(Operation):
    """``op.replace_primary_key(table, columns, old_columns=…)``: the columns are NOT NULL already."""

    name = "replace_primary_key"
    footprint = Footprint(
        "metadata lock, for an instant at both ends",
        "every row, the table is built anew, writers go on",
        Work.COPY,
    )
    ranks = {CONTRACT: Contract.UNIQUE}
    commits = True
    table_name: str
    columns: list[str]
    old_columns: list[str] | None = field(default=None, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Change the key in one statement, unless it is what it should be."""
        impl: Any = operations.impl
        found = self.old_columns or []
        if not operations.migration_context.as_sql:
            inspector = sa.inspect(operations.get_bind())
            found = inspector.get_pk_constraint(self.table_name, self.schema)["constrained_columns"]
        if found != self.columns:
            listed = ", ".join(identifier(operations, column) for column in self.columns)
            drop = "DROP PRIMARY KEY, " if found else ""
            impl.change(self.table_name, self.schema, f"{drop}ADD PRIMARY KEY ({listed})")

    def rules(self, context: MigrationContext, connection: Connection) -> Iterable[Rule]:
        """No row may hold NULL in the key, and no two rows may be alike in it."""
        texts = tuple(quoted(context, name) for name in self.columns)
        place, columns = (self.schema, self.table_name), tuple(self.columns)
        yield from (Filled(*place, (name,)) for name in columns)
        yield Unique(*place, columns, "PRIMARY", texts)

    def reverse(self) -> MigrateOperation | None:  # type: ignore[override]
        """Return the change back; None where there was no key before."""
        if not self.old_columns:
            return None
        return ReplacePrimaryKey(
            self.table_name, self.old_columns, old_columns=self.columns, schema=self.schema
        )
