"""A revision without a way back says so, instead of pretending."""

from collections.abc import Iterable
from dataclasses import dataclass

from alembic.operations import Operations
from sqlalchemy import Connection

from ..session.errors import DatabaseError
from .foresight.footprint import Footprint
from .operation import Operation


class NoWayBack(DatabaseError):
    """A revision that says that it has no downgrade."""


@dataclass
class RefuseDowngrade(Operation):
    """``op.refuse_downgrade(reason)``: stop a downgrade before it touches anything."""

    name = "refuse_downgrade"
    footprint = Footprint("none")
    reason: str

    def run(self, operations: Operations) -> None:
        """Raise NoWayBack with the reason."""
        raise NoWayBack(self._sentence)

    def hindrances(self, connection: Connection) -> Iterable[str]:
        """Say so before anything else is taken back."""
        return [self._sentence]

    @property
    def _sentence(self) -> str:
        return f"This revision has no downgrade: {self.reason}"
