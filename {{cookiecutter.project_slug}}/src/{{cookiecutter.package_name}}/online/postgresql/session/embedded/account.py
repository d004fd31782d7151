"""As whom the server runs: as ourselves, or, since PostgreSQL refuses root, as somebody else.

Root's server runs as the owner of the data, else as the owner of the project, else as a user id
that has no name and owns nothing but these data. No user is made, and no folder's mode is
changed: where that id cannot reach the data or the programs, as in root's home, the server gets
the one capability that lets it.
"""

import os
import pwd
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import programs
from .errors import EmbeddedServerError

# Between the ids of people and those that systemd gives to services for a while; few enough for
# a container that knows 65,536 ids.
_IDS = range(60706, 61184)
# Who owns what a container cannot map to an id of its own.
_NOBODY = 65534
# Their bits among a process's capabilities; the last is what setting a bit of security takes.
_READ, _WRITE, _SET = ("dac_read_search", 2), ("dac_override", 1), 8


@dataclass(frozen=True)
class Account:
    """A user id and group id for the server; *is_other* where they are not this process's own."""

    uid: int
    gid: int
    is_other: bool

    @property
    def maker(self) -> int:
        """The user id that makes the data: ``initdb`` wants one that has a name."""
        if not self.is_other or _has_name(self.uid):
            return self.uid
        return _NOBODY if _has_name(_NOBODY) else pwd.getpwnam("nobody").pw_uid

    def give(self, *paths: Path) -> None:
        """Make *paths* the server's own, where root has made them."""
        for path in paths if self.is_other else ():
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def give_all(self, folder: Path) -> None:
        """Make *folder* and all in it the server's own; links are not followed."""
        self.give(folder)
        for path, folders, files in os.walk(folder) if self.is_other else ():
            self.give(*(Path(path, name) for name in (*folders, *files)))

    def run(
        self, command: Sequence[str | Path], reaching: Iterable[Path], uid: int | None = None
    ) -> dict[str, Any]:
        """Return arguments of ``subprocess`` that run *command* as this user, apart from us.

        *reaching* are folders that it must be able to enter; *uid* runs it as another one of the
        same group. Raises EmbeddedServerError where there is no way to reach one of them.
        """
        # A session of its own: Ctrl-C in the terminal is ours. And no folder is kept busy.
        common = {"cwd": "/", "env": programs.environment(), "start_new_session": True}
        if not self.is_other:
            return {"args": command, **common}
        uid = self.uid if uid is None else uid
        needed = _needed(uid, self.gid, [*reaching, programs.folder()])
        if needed is None:
            ids = {"user": uid, "group": self.gid, "extra_groups": []}
            return {"args": command, **common, **ids}
        as_user = ["setpriv", f"--reuid={uid}", f"--regid={self.gid}", "--clear-groups"]
        # The programs ask access(2) for each other, which looks at a capability of another user
        # than root only with this bit (capabilities(7), SECBIT_NO_SETUID_FIXUP).
        with_it = ["--securebits=+no_setuid_fixup", f"--inh-caps=+{needed}"]
        return {"args": [*as_user, *with_it, f"--ambient-caps=+{needed}", "--", *command], **common}


def of(data: Path) -> Account:
    """Return the account for the server of *data*, a folder that may not exist yet."""
    if os.geteuid():
        return Account(os.geteuid(), os.getegid(), False)
    for folder in (data, data.parent):
        if folder.exists() and (owner := folder.stat()).st_uid not in (0, _NOBODY):
            return Account(owner.st_uid, owner.st_gid or owner.st_uid, True)
    uid = next(each for each in _IDS if not _has_name(each))
    return Account(uid, uid, True)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _needed(uid: int, gid: int, folders: list[Path]) -> str | None:
    """Return the capability with which *uid* reaches *folders*, None where it needs none."""
    closed = next((path for path in _on_the_way(folders) if not _open_to(uid, gid, path)), None)
    runs = _open_to(uid, gid, programs.folder() / "postgres")
    if closed is None and runs:
        return None
    for name, bit in (_READ, _WRITE) if runs else (_WRITE,):
        if _may_give(bit):
            return name
    raise EmbeddedServerError(
        f"PostgreSQL does not run as root, and no other user may enter {closed or 'its programs'}: "
        "put the project and its environment into an open folder, work as an ordinary user, or "
        "set DATABASE_URL"
    )


def _on_the_way(folders: list[Path]) -> Iterable[Path]:
    for folder in folders:
        yield from (folder, *folder.parents)


def _open_to(uid: int, gid: int, path: Path) -> bool:
    found = path.stat()
    if found.st_uid == uid:
        return bool(found.st_mode & 0o100)
    return bool(found.st_mode & (0o010 if found.st_gid == gid else 0o001))


def _may_give(bit: int) -> bool:
    if sys.platform != "linux" or shutil.which("setpriv") is None:
        return False
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    bounds = next(line for line in status.splitlines() if line.startswith("CapBnd:"))
    bounding = int(bounds.split()[1], 16)
    return all(bounding >> each & 1 for each in (bit, _SET))
