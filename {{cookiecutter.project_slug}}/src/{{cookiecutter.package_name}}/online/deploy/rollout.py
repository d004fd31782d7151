"""Which pending revisions a deploy phase may apply.

``expand`` runs before the new code is rolled out, ``contract`` after the last old replica is
gone. A release whose contract is still pending must be finished before the next one begins.
"""

from collections.abc import Iterable

from alembic.script import Script

from ..internals import parents_of
from ..phase import Phase, phase_of_revision
from ..session.errors import DatabaseError


def targets(pending: list[Script], phase: Phase) -> list[str]:
    """Return the revisions to upgrade to, so that only *phase* is applied.

    *pending* is oldest first. Raises DatabaseError where the other phase stands in the way.
    """
    other: Phase = "contract" if phase == "expand" else "expand"
    waiting = _blocked_by(other, pending)
    late = [s for s in pending if s.revision in waiting and _works_in(phase, s)]
    if phase == "expand" and late:
        first = next(s for s in pending if _works_in(other, s))
        raise DatabaseError(
            f"The contract {_title(first)} of an earlier release is pending before "
            f"the expand {_title(late[0])}: when no old code runs any more, run "
            "db upgrade --phase contract, then this command again"
        )
    allowed = [s for s in pending if s.revision not in waiting]
    if phase == "contract" and late and not allowed:
        first = next(s for s in pending if _works_in(other, s))
        raise DatabaseError(
            f"The expand {_title(first)} is pending before the contract "
            f"{_title(late[0])}: run db upgrade --phase expand and roll out the "
            "new code first"
        )
    return _ends(allowed)


def needed(pending: list[Script]) -> list[Script]:
    """Return those of the *pending* revisions that this build cannot run without, oldest first.

    That is every expand. A contract waits until the old code is gone, and so until this build is
    there: if this build waited for the contract in turn, no rollout would end.
    """
    return [script for script in pending if _works_in("expand", script)]


def _title(script: Script) -> str:
    return f"{script.revision} ({script.doc.rstrip('.')})"


def _works_in(phase: Phase, script: Script) -> bool:
    """Tell whether the revision has work to do in *phase*; a merge without operations has none."""
    only_joins = script.is_merge_point and not script.module.upgrade.__code__.co_names
    return phase_of_revision(script) == phase and not only_joins


def _blocked_by(phase: Phase, pending: Iterable[Script]) -> set[str]:
    """Return the pending revisions of *phase*, and all that come after them."""
    blocked: set[str] = set()
    for script in pending:
        if _works_in(phase, script) or parents_of(script) & blocked:
            blocked.add(script.revision)
    return blocked


def _ends(scripts: list[Script]) -> list[str]:
    parents = {parent for script in scripts for parent in parents_of(script)}
    return [script.revision for script in scripts if script.revision not in parents]
