"""Which revisions code knows, by the heads that it was built with; the gate asks for it."""

from collections.abc import Iterable

from alembic.script import Script, ScriptDirectory

from ..internals import predecessors
from ..phase import EXPAND, phase_of_revision


def required_by(known: ScriptDirectory, contracts: Iterable[Script]) -> set[str]:
    """Return the revisions that all connected code must know before *contracts* may run.

    For each that is the expand it was written with. One that came alone is known only to a
    build that ships it.
    """
    return {revision for script in contracts for revision in _announced_by(known, script)}


def known_to(known: ScriptDirectory, heads: Iterable[str]) -> set[str]:
    """Return the revisions that code built with *heads* knows.

    A revision that this build (*known*) has never heard of cannot vouch for anything.
    """
    revisions = {script.revision for script in known.walk_revisions()}
    found: set[str] = set()
    for head in revisions & set(heads):
        found |= {script.revision for script in known.iterate_revisions(head, "base")}
    return found


def _announced_by(known: ScriptDirectory, contract: Script) -> list[str]:
    parents = [known.get_revision(parent) for parent in predecessors(contract)]
    pair = [parent.revision for parent in parents if parent and _belong_together(parent, contract)]
    return pair or [contract.revision]


def _belong_together(expand: Script, contract: Script) -> bool:
    """Tell whether autogenerate wrote both from one change of the models (``split.py``)."""
    title = contract.doc.rstrip(".").removesuffix(", contract")
    return phase_of_revision(expand) == EXPAND and expand.doc.rstrip(".") == title
