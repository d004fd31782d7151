"""The mark of a kept scratch database, for who works on it: taken away before, put back after."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from ..database import keeping
from ..internals import version_folders

_MARK = "mark of the kept database"


def name_for(script: ScriptDirectory) -> str:
    """Return what the kept database of the folders that hold these revisions is called."""
    folders = "\n".join(str(Path(folder).resolve()) for folder in version_folders(script))
    return hashlib.sha256(folders.encode()).hexdigest()[:16]


def remember(connection: Connection, mark: str) -> None:
    """Note that the database on *connection* is kept, and has this *mark*."""
    connection.info[_MARK] = mark


@contextmanager
def changing(connection: Connection) -> Iterator["Changed"]:
    """Take the mark away while the body changes the database, so that nobody is misled.

    It is put back where the body says that all is as it was.
    """
    changed = Changed(connection.info.get(_MARK))
    if changed.is_kept:
        keeping.write_mark(connection, None)
    yield changed
    if changed.is_kept and changed.is_as_before:
        keeping.write_mark(connection, changed.mark)


class Changed:
    """Whether a database that is changed is kept, and whether it came back to where it was."""

    def __init__(self, mark: str | None) -> None:
        """Begin with the *mark* it had; None where it is not kept."""
        self.mark = mark
        self.is_as_before = False

    @property
    def is_kept(self) -> bool:
        """Tell whether the database stays when the command has ended."""
        return self.mark is not None
