"""An index as PostgreSQL had it, from its own words: what reflection leaves out comes back, too."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa
from alembic.operations import Operations, ops
from sqlalchemy import Connection

from ...operations.operation import Operation
from ...operations.statements import outside_transaction
from .footprints import BUILT_BESIDE
from .indexes import DropIndexConcurrently, build, drop_if_invalid

_DEFINITION = sa.text(
    "SELECT pg_get_indexdef(i.oid) FROM pg_class i JOIN pg_namespace n ON n.oid = i.relnamespace "
    "WHERE i.relname = :name AND i.relkind IN ('i', 'I') "
    "AND n.nspname = coalesce(:schema, current_schema())"
)


@dataclass
class RestoreIndex(Operation):
    """``op.restore_index(name, table, definition)``: *definition* is a CREATE INDEX of PostgreSQL's."""

    name = "restore_index"
    footprint = BUILT_BESIDE
    commits = True
    index_name: str
    table_name: str
    definition: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Build the index beside the traffic; an INVALID leftover is dropped and built again."""
        head, _, rest = self.definition.partition(" INDEX ")
        statement = f"{head} INDEX CONCURRENTLY IF NOT EXISTS {rest}"
        with outside_transaction(operations):
            drop_if_invalid(operations, self.index_name, self.schema)
            build(operations, self.index_name, self.schema, statement)

    def reverse(self) -> DropIndexConcurrently:
        """Return the concurrent drop."""
        return DropIndexConcurrently.like(
            ops.DropIndexOp(self.index_name, self.table_name, schema=self.schema)
        )


def definition_of(connection: Connection, name: str, schema: str | None) -> str | None:
    """Return the statement that makes the index *name*, as PostgreSQL writes it; None without one."""
    found: str | None = connection.scalar(_DEFINITION, {"name": name, "schema": schema})
    return found
