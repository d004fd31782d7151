"""One command at a time writes revisions: two that compare at once would write two heads."""

import os
import sys
import time
from pathlib import Path

from alembic.script import ScriptDirectory

from ..internals import version_folders

# Seconds between two looks.
_PAUSE = 0.1
# The folders that this process has, to its end: Alembic writes when ``env.py`` has returned.
_ours: dict[Path, int] = {}


def write_alone(script: ScriptDirectory) -> None:
    """Wait until no other command writes revisions of *script*; later ones wait for this process.

    The lock is the operating system's, on the folder itself: it goes with the process, whatever
    ends it. Where there is no such lock (Windows), nobody waits.
    """
    try:
        import fcntl
    except ImportError:
        return
    folder = _lockable(script)
    if folder in _ours:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not told:
                print("Waiting for another command that writes a revision", file=sys.stderr)
                told = True
            time.sleep(_PAUSE)
        except OSError:
            os.close(descriptor)  # A file system without locks.
            return
        else:
            break
    _ours[folder] = descriptor


def _lockable(script: ScriptDirectory) -> Path:
    """Return the folder of the revisions, or of the environment before there are any."""
    folder = version_folders(script)[0].resolve()
    return folder if folder.is_dir() else Path(script.dir).resolve()
