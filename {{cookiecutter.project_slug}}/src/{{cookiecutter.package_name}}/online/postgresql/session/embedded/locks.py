"""Three locks of the operating system in the data folder; each goes with the processes that hold it.

``gate`` is held while somebody starts or stops the server. ``users`` is shared by all who use it,
so whoever gets it alone was the last. ``server`` is inherited by the server's own processes: free,
it proves that none of them is left, whatever any file says.

This is ``flock`` itself and not a package: the server must inherit a lock and a forked child keep
one, which ``fasteners`` (``lockf``) cannot do; ``portalocker`` is the same call and takes longer
to import than the server to start.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .errors import EmbeddedServerError

FOLDER = ".locks"
# Longer than the longest that one holder takes: to make the data on a slow disk.
_PATIENCE = 180
_PAUSE = 0.01


@dataclass(frozen=True)
class Lock:
    """A lock that this process holds through an open file, until ``close``."""

    descriptor: int

    def close(self) -> None:
        """Give up this process's part in the lock; who has inherited it keeps theirs."""
        os.close(self.descriptor)


@contextmanager
def gate(data: Path, *, make: bool = True) -> Iterator[None]:
    """Keep every other process from starting or stopping the server of *data* meanwhile.

    Raises EmbeddedServerError after three minutes in vain; FileNotFoundError where the lock's
    file does not exist and *make* is false.
    """
    path = data / FOLDER / "gate"
    deadline = time.monotonic() + _PATIENCE
    while True:
        descriptor = _open(path, make)
        try:
            # Who removes the folder while we wait leaves us the lock of a file that is gone.
            if _take(descriptor, fcntl.LOCK_EX) and _is_at(descriptor, path):
                break
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if time.monotonic() > deadline:
            raise EmbeddedServerError(
                f"Another command has been starting or stopping the server of {data} for "
                f"{_PATIENCE} s: end it, and run the same command again"
            )
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        # Not only closed: a child that was forked meanwhile must not keep it.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def use(data: Path) -> Lock:
    """Return a share in the server's use; the caller holds the gate, so nobody has it alone."""
    descriptor = _open(data / FOLDER / "users")
    if not _take(descriptor, fcntl.LOCK_SH):
        os.close(descriptor)
        raise EmbeddedServerError(
            f"Another program holds {data / FOLDER / 'users'} locked: end it, and run the same "
            "command again"
        )
    return Lock(descriptor)


def leave(data: Path, share: Lock) -> bool:
    """Give up *share*, and return whether nobody else uses the server; the caller holds the gate.

    False too where *data* have been removed since: what lies there now is none of ours.
    """
    path = data / FOLDER / "users"
    ours = _is_at(share.descriptor, path)
    share.close()
    if not ours:
        return False
    # Opened anew, for a forked child may still have a part in the share just given up.
    descriptor = _open(path, make=False)
    try:
        return _take(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def server(data: Path) -> Lock | None:
    """Return the lock for a new server to inherit, or None while processes of another have it."""
    descriptor = _open(data / FOLDER / "server")
    if _take(descriptor, fcntl.LOCK_EX):
        return Lock(descriptor)
    os.close(descriptor)
    return None


def _open(path: Path, make: bool = True) -> int:
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    if not make:
        return os.open(path, flags)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, flags | os.O_CREAT, 0o600)
    folder = path.parent.parent.stat()
    if os.geteuid() == 0 and folder.st_uid:
        # Or the folder's owner could not use it any more, once root has.
        os.chown(path.parent, folder.st_uid, folder.st_gid, follow_symlinks=False)
        os.fchown(descriptor, folder.st_uid, folder.st_gid)
    return descriptor


def _take(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
