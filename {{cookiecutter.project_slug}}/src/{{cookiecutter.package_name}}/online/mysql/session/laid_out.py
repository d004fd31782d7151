"""Empty data folders, laid out once a server's release and copied from then on.

That takes MySQL some twenty seconds, and each command that compares needs one.
"""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ...service import SLUG

# Seconds after which a folder that nobody copied is of a release that is gone.
_FORGOTTEN = 30 * 24 * 3600


def laid_out(server: str, data: Path, lay_out: Callable[[Path], None]) -> None:
    """Make *data* an empty data folder of the program *server*.

    What *lay_out* makes is kept among this user's caches; where that cannot be, it is made anew.
    """
    kept = _place(server)
    if kept is not None and not kept.exists():
        _keep(kept, lay_out)
    if kept is None or not _copied(kept, data):
        lay_out(data)


def forget(server: str) -> None:
    """Remove what is kept for *server*, which does not start: the next command lays it out anew."""
    kept = _place(server)
    if kept is not None:
        shutil.rmtree(kept, ignore_errors=True)


def _copied(kept: Path, data: Path) -> bool:
    """Copy *kept* to *data*; tell whether that could be done."""
    try:
        os.utime(kept)
        shutil.copytree(kept, data)
    except (OSError, shutil.Error):
        # The disk is full, or somebody has emptied the caches.
        shutil.rmtree(data, ignore_errors=True)
        return False
    return True


def _keep(kept: Path, lay_out: Callable[[Path], None]) -> None:
    new = Path(tempfile.mkdtemp(prefix="new-", dir=kept.parent))
    try:
        lay_out(new / "data")
        for old in kept.parent.glob("data-*"):
            if time.time() - old.stat().st_mtime > _FORGOTTEN:
                shutil.rmtree(old, ignore_errors=True)
        # Another process may have been quicker: its folder is as good.
        with suppress(OSError):
            (new / "data").rename(kept)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _place(server: str) -> Path | None:
    """Return where the folder of this very program is kept; None where nothing can be."""
    try:
        program = Path(server).resolve()
        found = program.stat()
        caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        folder = caches / SLUG / "scratch-server"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            return None
    except (OSError, RuntimeError):
        return None
    release = f"{program} {found.st_size} {found.st_mtime_ns}"
    return folder / f"data-{hashlib.sha256(release.encode()).hexdigest()[:16]}"
