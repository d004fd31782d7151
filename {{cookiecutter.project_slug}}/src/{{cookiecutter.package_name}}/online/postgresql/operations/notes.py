"""What the server notes of a table and its rules: storage parameters and comments.

Readers and writers pass the lock that these take (PostgreSQL docs, ALTER TABLE, Storage Parameters).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic.operations import Operations

from ...operations.naming import identifier, literal
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...operations.statements import outside_transaction
from ...phase import CONTRACT, EXPAND
from .statements import run_briefly


@dataclass
class SetStorageParameters(Operation):
    """``op.set_storage_parameters(table, {…}, old={…})``: those that *old* alone has are reset."""

    name = "set_storage_parameters"
    ranks = {EXPAND: Expand.VALUES, CONTRACT: Contract.COLUMNS}
    commits = True
    table_name: str
    parameters: dict[str, str]
    old: dict[str, str] = field(kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Set what is new, and reset what is gone."""
        table = identifier(operations, self.table_name, self.schema)
        given = ", ".join(f"{name} = {value}" for name, value in self.parameters.items())
        gone = ", ".join(sorted(self.old.keys() - self.parameters.keys()))
        statements = [f"ALTER TABLE {table} SET ({given})"] if given else []
        statements += [f"ALTER TABLE {table} RESET ({gone})"] if gone else []
        with outside_transaction(operations) as context:
            run_briefly(context, *statements)

    def reverse(self) -> SetStorageParameters:
        """Return the way back."""
        return SetStorageParameters(
            self.table_name, self.old, old=self.parameters, schema=self.schema
        )


@dataclass
class CommentOnConstraint(Operation):
    """``op.comment_on_constraint(table, name, comment, old=…)``: None takes the comment away."""

    name = "comment_on_constraint"
    ranks = {EXPAND: Expand.VALIDATION, CONTRACT: Contract.VALIDATION}
    commits = True
    table_name: str
    constraint_name: str
    comment: str | None
    old: str | None = field(kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Write the comment."""
        table = identifier(operations, self.table_name, self.schema)
        text = "NULL" if self.comment is None else literal(self.comment)
        with outside_transaction(operations) as context:
            run_briefly(
                context,
                f"COMMENT ON CONSTRAINT {identifier(operations, self.constraint_name)} "
                f"ON {table} IS {text}",
            )

    def reverse(self) -> CommentOnConstraint:
        """Return the way back."""
        return CommentOnConstraint(
            self.table_name, self.constraint_name, self.old, old=self.comment, schema=self.schema
        )
