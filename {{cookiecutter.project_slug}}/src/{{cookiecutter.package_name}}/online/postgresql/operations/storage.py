"""Storage parameters of tables and indexes: writers go on (SHARE UPDATE EXCLUSIVE)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from alembic.operations import Operations

from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier, literal
from ...operations.operation import Operation
from ...operations.rank import Expand
from ...operations.statements import outside_transaction
from ...phase import EXPAND
from .statements import run_briefly


class _SetParameters(Operation):
    """What both have alike."""

    what: ClassVar[str]
    parameters: dict[str, str]
    old: dict[str, str]
    schema: str | None

    def _set(self, operations: Operations, name: str) -> None:
        """Set what is wanted, and reset what is wanted no more."""
        alter = f"ALTER {self.what} {identifier(operations, name, self.schema)}"
        given = ", ".join(f"{key} = {literal(value)}" for key, value in self.parameters.items())
        gone = ", ".join(key for key in self.old if key not in self.parameters)
        statements = [f"{alter} SET ({given})"] if given else []
        statements += [f"{alter} RESET ({gone})"] if gone else []
        with outside_transaction(operations) as context:
            run_briefly(context, *statements)


@dataclass
class SetTableParameters(_SetParameters):
    """``op.set_table_parameters(table, {name: value}, old={…})``: rows to come follow them."""

    name = "set_table_parameters"
    footprint = Footprint("SHARE UPDATE EXCLUSIVE, which writers pass")
    what = "TABLE"
    ranks = {EXPAND: Expand.SWAPS}
    commits = True
    table_name: str
    parameters: dict[str, str]
    old: dict[str, str] = field(kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Change the parameters."""
        self._set(operations, self.table_name)

    def reverse(self) -> SetTableParameters:
        """Return the way back."""
        return self.replace(parameters=self.old, old=self.parameters)


@dataclass
class SetIndexParameters(_SetParameters):
    """``op.set_index_parameters(index, {name: value}, old={…})``: entries to come follow them."""

    name = "set_index_parameters"
    footprint = Footprint("SHARE UPDATE EXCLUSIVE, which writers pass")
    what = "INDEX"
    ranks = {EXPAND: Expand.SWAPS}
    commits = True
    index_name: str
    parameters: dict[str, str]
    old: dict[str, str] = field(kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Change the parameters."""
        self._set(operations, self.index_name)

    def reverse(self) -> SetIndexParameters:
        """Return the way back."""
        return self.replace(parameters=self.old, old=self.parameters)
