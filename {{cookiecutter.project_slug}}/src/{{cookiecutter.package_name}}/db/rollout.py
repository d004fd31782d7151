"""Which pending revisions a deploy phase may apply.

``expand`` runs before the new code is rolled out, ``contract`` after the last old replica is
gone. A release whose contract is still pending must be finished before the next one begins.
"""

from collections.abc import Iterable
from typing import Literal

from alembic.script import Script
from alembic.util import to_tuple

from .errors import DatabaseError

Phase = Literal["expand", "contract"]


def phase_of(script: Script) -> Phase:
    """Return the phase that the revision says it belongs to; expand where it says nothing."""
    return "contract" if getattr(script.module, "phase", "expand") == "contract" else "expand"


def targets(pending: list[Script], phase: Phase) -> list[str]:
    """Return the revisions to upgrade to, so that only *phase* is applied.

    *pending* is oldest first. Raises DatabaseError where the other phase stands in the way.
    """
    other: Phase = "contract" if phase == "expand" else "expand"
    waiting = _blocked_by(other, pending)
    late = [s for s in pending if s.revision in waiting and phase_of(s) == phase]
    if phase == "expand" and late:
        first = next(s for s in pending if phase_of(s) == other)
        raise DatabaseError(
            f"The contract {first.revision} ({first.doc}) of an earlier release is pending before "
            f"the expand {late[0].revision} ({late[0].doc}): when no old code runs any more, run "
            "db upgrade --phase contract, then this command again"
        )
    allowed = [s for s in pending if s.revision not in waiting]
    if phase == "contract" and late and not allowed:
        first = next(s for s in pending if phase_of(s) == other)
        raise DatabaseError(
            f"The expand {first.revision} ({first.doc}) is pending before the contract "
            f"{late[0].revision} ({late[0].doc}): run db upgrade --phase expand and roll out the "
            "new code first"
        )
    return _ends(allowed)


def _blocked_by(phase: Phase, pending: Iterable[Script]) -> set[str]:
    """Return the pending revisions of *phase*, and all that come after them."""
    blocked: set[str] = set()
    for script in pending:
        if phase_of(script) == phase or _parents(script) & blocked:
            blocked.add(script.revision)
    return blocked


def _ends(scripts: list[Script]) -> list[str]:
    parents = {parent for script in scripts for parent in _parents(script)}
    return [script.revision for script in scripts if script.revision not in parents]


def _parents(script: Script) -> set[str]:
    return {*to_tuple(script.down_revision, ()), *to_tuple(script._resolved_dependencies, ())}
