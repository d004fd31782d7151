"""Sequences that stand by themselves, before the tables whose defaults take from them.

Each ``create`` passes over what is there already, each ``drop`` over what is gone, so that a
revision that was cut off can run again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Self

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.types import TypeEngine

from ...operations.colons import with_colons_escaped
from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier, literal
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...operations.statements import outside_transaction
from ...phase import CONTRACT, EXPAND
from .statements import run_briefly


@dataclass
class CreateSequence(Operation):
    """``op.create_sequence(name)``, with the options of ``sa.Sequence``."""

    name = "create_sequence"
    footprint = Footprint("none on a table")
    ranks = {EXPAND: Expand.TYPES}
    sequence: str
    start: int | None = field(default=None, kw_only=True)
    increment: int | None = field(default=None, kw_only=True)
    minvalue: int | None = field(default=None, kw_only=True)
    maxvalue: int | None = field(default=None, kw_only=True)
    cycle: bool | None = field(default=None, kw_only=True)
    cache: int | None = field(default=None, kw_only=True)
    data_type: TypeEngine[Any] | None = field(default=None, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    @classmethod
    def of(cls, sequence: sa.Sequence) -> Self:
        """Return the creation of the models' *sequence*."""
        options = {f.name: getattr(sequence, f.name) for f in fields(cls) if f.kw_only}
        return cls(sequence.name, **options)

    def run(self, operations: Operations) -> None:
        """Create the sequence unless it exists."""
        options = {f.name: getattr(self, f.name) for f in fields(self) if f.kw_only}
        sequence = sa.Sequence(self.sequence, **options)
        operations.execute(sa.schema.CreateSequence(sequence, if_not_exists=True))

    def reverse(self) -> Operation:
        """Return the drop."""
        return DropSequence(self.sequence, schema=self.schema)


@dataclass
class DropSequence(Operation):
    """``op.drop_sequence(name)``; *old* are its options, for the way back.

    *column* is the ``table.column`` whose default took its numbers.
    """

    name = "drop_sequence"
    footprint = Footprint("none on a table")
    ranks = {CONTRACT: Contract.DROP_TYPES}
    sequence: str
    old: str | None = field(default=None, kw_only=True)
    column: str | None = field(default=None, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Drop the sequence if it exists."""
        operations.execute(
            with_colons_escaped(
                f"DROP SEQUENCE IF EXISTS {identifier(operations, self.sequence, self.schema)}"
            )
        )

    def reverse(self) -> Operation | None:  # type: ignore[override]
        """Return what makes it again; None where nobody knows how it was."""
        if self.old is None:
            return None
        return RestoreSequence(self.sequence, self.old, column=self.column, schema=self.schema)


@dataclass
class RestoreSequence(Operation):
    """``op.restore_sequence(name, options)``: as it was; it goes on after its column's last number."""

    name = "restore_sequence"
    footprint = Footprint("none on a table")
    sequence: str
    options: str
    column: str | None = field(default=None, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Create the sequence unless it exists, and let it go on where its column has come to."""
        name = identifier(operations, self.sequence, self.schema)
        create = f"CREATE SEQUENCE IF NOT EXISTS {name} AS {self.options}"
        operations.execute(with_colons_escaped(create))
        owner = self.column or self.options.partition(" OWNED BY ")[2]
        table, _, column = owner.rpartition(".")
        if table:
            go_on = (
                f"SELECT setval({literal(name)}, coalesce((SELECT max({column}) FROM {table}), 0) "
                "+ 1, false)"
            )
            operations.execute(with_colons_escaped(go_on))


@dataclass
class AlterSequence(Operation):
    """``op.alter_sequence(name, options, old=…)``: *options* as ALTER SEQUENCE … AS takes them."""

    name = "alter_sequence"
    footprint = Footprint("SHARE ROW EXCLUSIVE on the sequence, for an instant")
    ranks = {EXPAND: Expand.VALUES, CONTRACT: Contract.VALUES}
    commits = True
    sequence: str
    options: str
    old: str = field(kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Change the options: the numbers go on where they were."""
        name = identifier(operations, self.sequence, self.schema)
        cycle = "" if " CYCLE" in self.options else " NO CYCLE"
        owner = "" if " OWNED BY " in self.options else " OWNED BY NONE"
        with outside_transaction(operations) as context:
            run_briefly(context, f"ALTER SEQUENCE {name} AS {self.options}{cycle}{owner}")

    def reverse(self) -> AlterSequence:
        """Return the way back."""
        return AlterSequence(self.sequence, self.old, old=self.options, schema=self.schema)
