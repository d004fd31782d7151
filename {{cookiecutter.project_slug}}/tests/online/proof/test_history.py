"""Catches a history that Alembic cannot walk: two heads, or two revisions on one parent.

Both come of two branches of work that were merged in Git but not in Alembic; the message names
the files and ``alembic merge`` joins them. It comes first: what the others say then follows from it. A history with several heads on purpose (branch
labels) wants the first test changed.
"""

from itertools import combinations

import pytest
from alembic.script import Script
from alembic.util import to_tuple

from {{ cookiecutter.package_name }}.online.session.scripts import scripts


def test_one_head() -> None:
    known = scripts()
    heads = [known.get_revision(head) for head in sorted(known.get_heads())]
    if len(heads) != 1:
        files = "".join(f"\n  {script.path}" for script in heads if script)
        pytest.fail(
            f"{'two' if len(heads) == 2 else len(heads)} heads: merge them with "
            f'alembic merge heads -m "what they are"{files}',
            pytrace=False,
        )


def test_two_revisions_on_one_parent_are_merged() -> None:
    everything = list(scripts().walk_revisions())
    forks = [
        f"{one.path} and {other.path}"
        for one, other in combinations(everything, 2)
        if parents(one) & parents(other) and not descendants(one) & descendants(other)
    ]
    assert not forks, f"on the same parent and never merged: {forks}"


def test_every_revision_tells_its_phase() -> None:
    phases = {s.path: getattr(s.module, "phase", None) for s in scripts().walk_revisions()}
    wrong = {path for path, phase in phases.items() if phase not in ("expand", "contract")}
    assert not wrong


def parents(script: Script) -> set[str | None]:
    """Return the revisions that *script* stands on; the first ones stand on None."""
    return set(to_tuple(script.down_revision, default=(None,)))


def descendants(script: Script) -> set[str]:
    """Return *script* and all that stands on it."""
    below = scripts().iterate_revisions("heads", script.revision, inclusive=True)
    return {found.revision for found in below}
