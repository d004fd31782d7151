"""How an existing column gets its numbers: identity, serial, or none; they go on where they were."""

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
from .statements import run_briefly

SERIAL = "SERIAL "


@dataclass
class SetNumbering(Operation):
    """``op.set_numbering(table, column, numbering, old=…)``: one short step, no row is touched.

    *numbering* is None, ``GENERATED … AS IDENTITY (…)``, ``SERIAL type name`` (with a sequence of the
    column's own, of that type and name), or ``DEFAULT …``. The next number follows the last that the old
    sequence gave; where there was none, the highest of the column.
    """

    name = "set_numbering"
    footprint = Footprint("ACCESS EXCLUSIVE, for an instant")
    ranks = {EXPAND: Expand.VALUES, CONTRACT: Contract.COLUMNS}
    commits = True
    table_name: str
    column_name: str
    numbering: str | None
    old: str | None = field(kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Change it in one transaction, which waits for its lock no longer than others bear."""
        with outside_transaction(operations) as context:
            run_briefly(context, self._block(operations))

    def reverse(self) -> SetNumbering:
        """Return the way back."""
        return self.replace(numbering=self.old, old=self.numbering)

    def _block(self, operations: Operations) -> str:
        table = identifier(operations, self.table_name, self.schema)
        column = identifier(operations, self.column_name)
        alter = f"ALTER TABLE {table} ALTER COLUMN {column}"
        owned = f"pg_get_serial_sequence({literal(table)}, {literal(self.column_name)})"
        body = f"""
DECLARE
    taken text := {owned};
    last bigint;
    given boolean;
BEGIN
    LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE;
    IF taken IS NULL THEN
        SELECT max({column}), max({column}) IS NOT NULL INTO last, given FROM {table};
    ELSE
        EXECUTE 'SELECT last_value, is_called FROM ' || taken INTO last, given;
    END IF;
    {alter} DROP IDENTITY IF EXISTS;
    {alter} DROP DEFAULT;
    IF taken IS NOT NULL THEN
        EXECUTE 'DROP SEQUENCE IF EXISTS ' || taken;
    END IF;
    {"".join(f"{step};" for step in self._steps(operations, alter, table, column))}
    taken := {owned};
    IF given AND taken IS NOT NULL THEN
        PERFORM setval(taken::regclass, last);
    END IF;
END
"""
        return block(body)

    def _steps(self, operations: Operations, alter: str, table: str, column: str) -> list[str]:
        """Return the statements that give the column its new numbering."""
        if self.numbering is None:
            return []
        if not self.numbering.startswith(SERIAL):
            verb = "SET" if self.numbering.startswith("DEFAULT ") else "ADD"
            return [f"{alter} {verb} {self.numbering}"]
        type_, _, bare = self.numbering.removeprefix(SERIAL).partition(" ")
        name = identifier(operations, bare, self.schema)
        return [
            f"CREATE SEQUENCE {name} AS {type_} OWNED BY {table}.{column}",
            f"{alter} SET DEFAULT nextval({literal(name)}::regclass)",
        ]
