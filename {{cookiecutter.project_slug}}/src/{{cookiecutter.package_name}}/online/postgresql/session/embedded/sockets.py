"""Where the server's Unix socket lies: in the data folder, or in a private one with a short path."""

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from .account import Account
from .errors import EmbeddedServerError

PORT = 5432
_NAME = f".s.PGSQL.{PORT}"
# The least that a system allows (macOS); Linux has 107.
_LONGEST = 103


def folder(data: Path, account: Account) -> Path:
    """Return the folder for the socket of *data*, which nobody else can enter.

    Raises EmbeddedServerError where somebody else has made one of that name.
    """
    # Drivers read a comma as the end of a host's name.
    if _fits(data) and "," not in str(data):
        return data
    name = f"postgresql-{account.uid}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"
    parent = next(path for path in _parents(account) if _fits(path / name))
    return _private(parent / name, account)


def clear(folder: Path) -> None:
    """Remove what a server that no longer runs has left in *folder*."""
    for name in (_NAME, f"{_NAME}.lock"):
        (folder / name).unlink(missing_ok=True)


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / _NAME)) <= _LONGEST


def _parents(account: Account) -> list[Path]:
    own = (
        [] if account.is_other else [Path(path) for path in [os.getenv("XDG_RUNTIME_DIR")] if path]
    )
    return [*filter(Path.is_dir, own), Path(tempfile.gettempdir()), Path("/tmp")]


def _private(path: Path, account: Account) -> Path:
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), account.uid}:
        raise EmbeddedServerError(
            f"{path} is the place for the server's socket, and it is not a folder of this user: "
            "remove it, or put the project into a folder with a shorter path"
        )
    path.chmod(0o700)
    account.give(path)
    return path
