"""Revisions that were edited after a database had applied them: what ``db check`` says of them."""

from collections.abc import Collection, Mapping
from pathlib import Path

from alembic.script import ScriptDirectory

from . import checksum
from .applied import Applied
from .fingerprint import ancestors


def edited(
    known: ScriptDirectory, heads: Collection[str], applied: Mapping[str, Applied]
) -> dict[str, Path]:
    """Return the revisions up to *heads*, all in *known*, whose code is not what was *applied*.

    Of one that was applied without a checksum nothing is said.
    """
    return {
        name: path
        for name, path in sorted(ancestors(known, heads))
        if name in applied and _differs(path, applied[name])
    }


def told(found: Mapping[str, Path], heads: Collection[str]) -> str:
    """Return the sentence on edited revisions of a database that is at *heads*."""
    files = ", ".join(f"{name} ({path})" for name, path in found.items())
    one = len(found) == 1
    return (
        f"{'A revision was' if one else f'{len(found)} revisions were'} edited after this database "
        f"had applied {'it' if one else 'them'}: {files}. Take back the edit, and write what "
        "changed as a revision of its own; or, where the database is already what the "
        f"file{'' if one else 's'} now say{'s' if one else ''}, run "
        f"alembic stamp --purge {' '.join(sorted(heads))} (MIGRATIONS_CHECKSUMS=false leaves this "
        "look out)"
    )


def _differs(path: Path, row: Applied) -> bool:
    if row.source is None or path.suffix != ".py":
        return False
    source = path.read_bytes()
    # To read the code takes longer, and most files are what they were.
    return checksum.of_file(source) != row.source and checksum.of_code(source) != row.code
