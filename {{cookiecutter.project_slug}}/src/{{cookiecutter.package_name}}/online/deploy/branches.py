"""Two heads, merges, unknown heads: what Alembic refuses there, with what to type."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError, to_tuple
from sqlalchemy import Connection

from ..internals import predecessors
from ..session.errors import DatabaseError
from . import strangers
from .fingerprint import ancestors

# How Alembic begins what it says.
_SEVERAL = "Multiple head revisions are present"
_NO_SINGLE = "Multiple heads are present; please specify a single target"
_UNKNOWN = "Can't locate revision"
_TWO_WAYS = "Ambiguous walk"
_WHICH = "downgrade -1 from multiple heads is ambiguous"


@contextmanager
def told(
    known: ScriptDirectory, heads: Iterable[str], connection: Connection | None
) -> Iterator[None]:
    """Raise DatabaseError in the place of what Alembic says of several heads, and of a merge.

    *heads* are those of the database behind *connection*; of any that are not *known*, too.
    """
    try:
        with warnings.catch_warnings():
            # It would take the first one that comes.
            warnings.filterwarnings("error", _WHICH, UserWarning)
            yield
    except UserWarning:
        raise DatabaseError(_several_applied(sorted(to_tuple(heads, ())))) from None
    except CommandError as error:
        said = str(error)
        if said.startswith((_SEVERAL, _NO_SINGLE)):
            raise DatabaseError(several(known)) from None
        if said.startswith(_UNKNOWN) and connection is not None:
            strangers.refuse(connection, known, heads)
        merge = _nearest_merge(known, heads) if said == _TWO_WAYS else None
        if merge is None:
            raise
        raise DatabaseError(_merged(known, merge)) from None


def several(known: ScriptDirectory) -> str:
    """Return the sentence on the heads of *known*, which are several."""
    heads = sorted(known.get_heads())
    return (
        f"{_SEVERAL}: {' and '.join(heads)} were written on branches of their own. Merge them: "
        'alembic merge heads -m "what they are" (heads in the place of head means all of them)'
    )


def _several_applied(heads: list[str]) -> str:
    ways = " or ".join(f"alembic downgrade {head}@-1" for head in heads)
    return (
        f"The database is at several heads ({', '.join(heads)}), and a number of steps does not say "
        f"which to take back: {ways}"
    )


def _merged(known: ScriptDirectory, merge: Script) -> str:
    branches = predecessors(merge)
    alone = (
        f"The merge {merge.revision} joins {' and '.join(branches)}, so that a number of steps does "
        f"not say which way to go. Type alembic downgrade {branches[0]} to take back the merge, and "
        "what came after it, alone"
    )
    below = [{name for name, _ in ancestors(known, [branch])} for branch in branches]
    common = set.intersection(*below)
    fork = next((s.revision for s in known.walk_revisions() if s.revision in common), "base")
    return f"{alone}; alembic downgrade {fork} to take back the branches as well"


def _nearest_merge(known: ScriptDirectory, heads: Iterable[str]) -> Script | None:
    """Return the first merge on the way down from *heads*."""
    for head in to_tuple(heads, ()):
        script: Script | None = known.get_revision(head)
        while script is not None and not script.is_merge_point:
            parents = predecessors(script)
            script = known.get_revision(parents[0]) if parents else None
        if script is not None:
            return script
    return None
