"""Which processes serve from the database's file, and the revisions that their code was built with.

Each holds an exclusive lock of the operating system on a file of its own, in a folder beside the
database's; the file's name says the rest. The lock goes with the process, so what a killed one
leaves behind is known for what it is, and removed. One machine (or one shared volume that knows
locks) is all that SQLite itself works on.
"""

import atexit
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import portalocker

from ...service import SLUG
from .files import beside

_EXCLUSIVE = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING
# Never closed: that would let go of the lock.
_held: dict[tuple[Path, int], IO[str]] = {}


class Serving(NamedTuple):
    """A process of this service, and the heads of its build."""

    pid: int
    heads: list[str]


def announce(database: Path, heads: list[str]) -> None:
    """Tell others, for as long as this process lives, that it serves from *database*."""
    key = (database, os.getpid())
    if key in _held:
        return
    folder = _folder(database)
    folder.mkdir(exist_ok=True)
    name = f"{os.getpid()}.{secrets.token_hex(4)}.{'+'.join(heads)}"
    unlocked = folder / f"{name}.new"
    file = _held[key] = unlocked.open("w", encoding="utf-8")
    portalocker.lock(file, _EXCLUSIVE)
    # Under its name it is never seen without its lock.
    path = unlocked.rename(folder / name)
    atexit.register(_remove, path)


def serving(database: Path) -> Iterator[Serving]:
    """Yield the processes that serve from *database*; what dead ones left behind is removed."""
    folder = _folder(database)
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        pid, _, heads = path.name.split(".", 2)
        if heads.endswith(".new"):
            continue
        if _is_locked(path):
            yield Serving(int(pid), [head for head in heads.split("+") if head])
        else:
            _remove(path)


def _folder(database: Path) -> Path:
    return beside(database, f"{SLUG}.serving")


def _is_locked(path: Path) -> bool:
    try:
        with path.open("r+", encoding="utf-8") as file:
            portalocker.lock(file, _EXCLUSIVE)
    except portalocker.AlreadyLocked:
        return True
    except FileNotFoundError:
        return False
    return False


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
