"""Which process has the database's file locked for writing, as Linux tells; elsewhere nobody knows.

SQLite locks bytes of its files (docs, "File Locking And Concurrency" and "WAL-mode File Format"):
what reads shares some, and who writes has others alone.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ...deploy.plan.seen import Holder

_LOCKS = Path("/proc/locks")
# The first byte that who writes locks: in the index of the log, and without a log in the file.
_IN_INDEX, _IN_FILE = 120, 0x40000000


class _Lock(NamedTuple):
    pid: int
    inode: int
    first: int
    last: int


def writers(database: Path) -> list[Holder]:
    """Return each process but this one that has a lock for writing on *database*."""
    wanted = {
        place.stat().st_ino: first
        for place, first in (
            (database.with_name(f"{database.name}-shm"), _IN_INDEX),
            (database, _IN_FILE),
        )
        if place.exists()
    }
    found = {
        lock.pid
        for lock in _exclusive()
        if lock.inode in wanted
        and lock.first <= wanted[lock.inode] + 1
        and lock.last >= wanted[lock.inode]
    }
    return [_holder(pid) for pid in sorted(found - {os.getpid()})]


def _exclusive() -> Iterator[_Lock]:
    """Yield the locks that let nobody else in, of all processes that are shown to this one."""
    try:
        lines = _LOCKS.read_text(encoding="ascii").splitlines()
    except OSError:
        return
    for line in lines:
        # 1: POSIX ADVISORY WRITE 4242 fe:01:131 120 120
        parts = line.split()
        if parts[1] == "POSIX" and parts[3] == "WRITE" and int(parts[4]) > 0:
            last = (1 << 62) if parts[7] == "EOF" else int(parts[7])
            yield _Lock(int(parts[4]), int(parts[5].rpartition(":")[2]), int(parts[6]), last)


def _holder(pid: int) -> Holder:
    process = Path("/proc", str(pid))
    try:
        name = process.joinpath("comm").read_text(encoding="utf-8").strip()
        user = _user(process.stat().st_uid)
    except OSError:
        return Holder(pid, state="writing")
    return Holder(pid, user, name, "writing")


def _user(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
