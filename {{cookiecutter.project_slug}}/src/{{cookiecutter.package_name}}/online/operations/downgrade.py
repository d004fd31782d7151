"""A revision without a way back says so, instead of pretending."""

from dataclasses import dataclass

from alembic.operations import Operations

from ..session.errors import DatabaseError
from .operation import Operation


class NoWayBack(DatabaseError):
    """A revision that says that it has no downgrade."""


@dataclass
class RefuseDowngrade(Operation):
    """``op.refuse_downgrade(reason)``: stop a downgrade before it touches anything."""

    name = "refuse_downgrade"
    reason: str

    def run(self, operations: Operations) -> None:
        """Raise NoWayBack with the reason."""
        raise NoWayBack(f"This revision has no downgrade: {self.reason}")
