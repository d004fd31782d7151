"""A rule that changes: the new one stands beside the old until it takes its place, so one always holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic.operations import Operations

from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier, literal
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...operations.statements import outside_transaction
from ...phase import CONTRACT, EXPAND
from .blocks import block
from .constraints import has_constraint
from .statements import run_briefly


@dataclass
class SwapConstraint(Operation):
    """``op.swap_constraint(table, new_name, name)``: drop *name* and give its name to the new one."""

    name = "swap_constraint"
    footprint = Footprint("ACCESS EXCLUSIVE, for an instant")
    ranks = {EXPAND: Expand.VALIDATION + 1, CONTRACT: Contract.VALIDATION + 1}
    commits = True
    table_name: str
    new_name: str
    constraint_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Swap in one short transaction; where the new name is gone, it has been done before."""
        table = identifier(operations, self.table_name, self.schema)
        with outside_transaction(operations) as context:
            if not context.as_sql and not has_constraint(operations, self.new_name, table):
                return
            old, new = (identifier(operations, n) for n in (self.constraint_name, self.new_name))
            run_briefly(
                context,
                self._keep_comment(operations, table),
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {old}",
                f"ALTER TABLE {table} RENAME CONSTRAINT {new} TO {old}",
            )

    def _keep_comment(self, operations: Operations, table: str) -> str:
        """Return what gives the new rule the comment of the old one."""
        new = identifier(operations, self.new_name).replace("'", "''").replace("%", "%%")
        on = table.replace("'", "''").replace("%", "%%")
        body = f"""
DECLARE
    said text := (
        SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint
        WHERE conrelid = {literal(table)}::regclass AND conname = {literal(self.constraint_name)}
    );
BEGIN
    IF said IS NOT NULL THEN
        EXECUTE format('COMMENT ON CONSTRAINT {new} ON {on} IS %L', said);
    END IF;
END
"""
        return block(body)
