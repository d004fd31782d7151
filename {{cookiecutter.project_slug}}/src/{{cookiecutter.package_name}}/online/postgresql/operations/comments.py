"""Comments on constraints, which concern people only; Alembic has those on tables and columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic.operations import Operations

from ...operations.colons import with_colons_escaped
from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier, literal
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...phase import CONTRACT, EXPAND


@dataclass
class CommentOnConstraint(Operation):
    """``op.comment_on_constraint(name, table, comment, old=…)``; None for no comment."""

    name = "comment_on_constraint"
    footprint = Footprint("SHARE UPDATE EXCLUSIVE, which writers pass")
    # After every rule that comes.
    ranks = {EXPAND: Expand.FOREIGN_KEYS + 1, CONTRACT: Contract.FOREIGN_KEYS + 1}
    constraint_name: str
    table_name: str
    comment: str | None
    old: str | None = field(default=None, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Write the comment."""
        constraint = identifier(operations, self.constraint_name)
        table = identifier(operations, self.table_name, self.schema)
        said = "NULL" if self.comment is None else _quoted(self.comment)
        operations.execute(
            with_colons_escaped(f"COMMENT ON CONSTRAINT {constraint} ON {table} IS {said}")
        )

    def reverse(self) -> CommentOnConstraint:
        """Return the way back."""
        return self.replace(comment=self.old, old=self.comment)


def _quoted(text: str) -> str:
    """Return *text* as a literal; a backslash means itself, whatever the server's settings."""
    return f"E{literal(text)}".replace("\\", r"\\") if "\\" in text else literal(text)
