"""A database at revisions that this code does not know: what of it is told, and to whom."""

from collections.abc import Iterable

from alembic.script import ScriptDirectory

from ..session.errors import DatabaseError


def strangers(known: ScriptDirectory, heads: Iterable[str]) -> list[str]:
    """Return those of the database's *heads* that are not in *known*."""
    if set(heads) <= set(known.get_heads()):
        return []  # To read every revision takes longer.
    return sorted(set(heads) - {script.revision for script in known.walk_revisions()})


def told(names: list[str]) -> str:
    """Return the sentence on a database that is at revisions of these *names*."""
    return (
        f"The database is at {', '.join(names)}, which this code does not know: a newer release, a "
        "branch that was not merged, or another service has migrated it. Take the code that has "
        f"{'it' if len(names) == 1 else 'them'}, or another database"
    )


def refuse(known: ScriptDirectory, heads: Iterable[str]) -> None:
    """Raise DatabaseError where the database is at a revision that is not in *known*."""
    if found := strangers(known, heads):
        raise DatabaseError(told(found))
