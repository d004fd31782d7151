"""Labels of an enum in use."""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic.operations import Operations

from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier, literal
from ...operations.operation import Operation
from ...operations.rank import Expand
from ...operations.statements import outside_transaction
from ...phase import EXPAND
from .statements import run_long


@dataclass
class AddEnumValue(Operation):
    """``op.add_enum_label(type, label)``: before or after another label, else at the end.

    Runs outside a transaction: a label cannot be used in the transaction that added it
    (PostgreSQL docs, ALTER TYPE, Notes). There is no way back: PostgreSQL cannot drop a label.
    """

    name = "add_enum_label"
    footprint = Footprint("none on a table")
    ranks = {EXPAND: Expand.LABELS}
    commits = True
    type_name: str
    label: str
    before: str | None = field(default=None, kw_only=True)
    after: str | None = field(default=None, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Add the label, unless the type has it."""
        place = f" BEFORE {literal(self.before)}" if self.before else ""
        place = f" AFTER {literal(self.after)}" if self.after else place
        with outside_transaction(operations) as context:
            run_long(
                context,
                f"ALTER TYPE {identifier(operations, self.type_name, self.schema)} "
                f"ADD VALUE IF NOT EXISTS {literal(self.label)}{place}",
            )


# As it was called before alembic-postgresql-enum 1.11 had an operation of that name, too: revisions
# that are written keep it, where that library is not loaded.
Operations.register_operation("add_enum_value", "invoke")(AddEnumValue)


@dataclass
class ChangeEnum(Operation):
    """A difference that no statement can make: labels removed, renamed or reordered."""

    name = "change_enum"
    type_name: str
    old: list[str]
    new: list[str]
    schema: str | None = field(default=None, kw_only=True)
