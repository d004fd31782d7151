"""The two phases of a deploy, and which of them a revision or an operation belongs to.

*expand* loosens the schema and runs before the new code is rolled out; *contract* tightens it and
runs after the last old replica is gone.
"""

from typing import Final, Literal, TypeVar

from alembic.operations import MigrateOperation
from alembic.script import Script

from .session.errors import DatabaseError

Phase = Literal["expand", "contract"]
EXPAND: Final = "expand"
CONTRACT: Final = "contract"

# Alembic renders some operations' ``info`` into the file, so the mark is an attribute.
_MARK = "_deploy_phase"
T = TypeVar("T", bound=MigrateOperation)


def checked_phase(text: str) -> Phase:
    """Return *text* as a phase; raises DatabaseError where there is no such phase."""
    if text == EXPAND:
        return EXPAND
    if text == CONTRACT:
        return CONTRACT
    raise DatabaseError(f"There is no phase {text!r}: say phase={EXPAND} or phase={CONTRACT}")


def phase_of_revision(script: Script) -> Phase:
    """Return the phase that the revision's file declares; expand where it says nothing."""
    return CONTRACT if getattr(script.module, "phase", EXPAND) == CONTRACT else EXPAND


def in_phase(phase: Phase, operation: T) -> T:
    """Put *operation* into *phase* and return it."""
    setattr(operation, _MARK, phase)
    return operation


def marked_phase(operation: MigrateOperation) -> Phase | None:
    """Return the phase that *operation* was put into; None where nobody has said."""
    phase: Phase | None = getattr(operation, _MARK, None)
    return phase
