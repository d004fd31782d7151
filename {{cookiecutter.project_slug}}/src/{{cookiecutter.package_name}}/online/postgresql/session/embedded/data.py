"""The data folder: made whole or not at all, closed to others, what is left over removed."""

import os
import re
import secrets
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from . import locks, processes, programs
from .account import Account
from .errors import EmbeddedServerError, explained

USER = "postgres"
VERSION = "PG_VERSION"
_MAKING = ".making-"
# The ids of template1 and template0, in which nobody keeps anything.
_TEMPLATES = {1, 4}
# All that initdb makes; what else lies in the folder is left alone.
_MADE = re.compile(r"base|global|pg_\w+|PG_VERSION|postgresql(\.auto)?\.conf|postmaster\.\w+")
_LONGEST = 150


def make_folder(data: Path) -> None:
    """Make the folder unless it is there.

    Raises EmbeddedServerError for a path that PostgreSQL's own files cannot hold.
    """
    if "\n" in str(data):
        raise EmbeddedServerError(
            f"PostgreSQL cannot work in {str(data)!r}: move the project into a folder whose path "
            "has no line break, or set DATABASE_URL"
        )
    with suppress(FileExistsError):
        data.mkdir(mode=0o700)


def close_to_others(data: Path, account: Account) -> None:
    """Give the folder to the server's user, and close it to all others; the caller has the gate."""
    found = data.stat()
    if account.is_other:
        if found.st_uid == 0:
            # New, or a copy that root has made.
            account.give_all(data)
        account.give_all(data / locks.FOLDER)
    if found.st_mode & 0o077:
        # PostgreSQL refuses a folder that others can enter, as some copies are.
        data.chmod(0o700)


def ensure(data: Path, account: Account) -> None:
    """Make the data unless they are there; the caller keeps every server from starting.

    Halves that a killed command has left are removed. Raises EmbeddedServerError where the data
    cannot be made, or have lost what they cannot be used without.
    """
    halves = [path for path in data.iterdir() if path.name.startswith(_MAKING)]
    unfinished = any((half / VERSION).exists() for half in halves)
    has_databases = _has_databases(data)
    if has_databases and not (data / VERSION).exists() and not unfinished:
        raise EmbeddedServerError(
            f"The data in {data} have databases and no file {VERSION}: put it back (one line, the "
            f"major version of PostgreSQL), or drop the data with rm -r {data}"
        )
    for half in halves:
        shutil.rmtree(half, ignore_errors=True)
    if has_databases and (data / VERSION).exists():
        return
    for path in data.iterdir():
        if _MADE.fullmatch(path.name):
            _remove(path)
    # One whose folder was removed under it would remove the new one's socket when it ends.
    processes.quit_all(data)
    _make(data, account)


def _has_databases(data: Path) -> bool:
    """Tell whether anything of anybody's can be in the data, which ``initdb`` may have left half."""
    try:
        numbers = {int(name) for name in os.listdir(data / "base") if name.isdigit()}
    except FileNotFoundError:
        return False
    return bool(numbers - _TEMPLATES)


def _make(data: Path, account: Account) -> None:
    half = data / f"{_MAKING}{secrets.token_hex(4)}"
    half.mkdir(mode=0o700)
    try:
        if account.is_other:
            # Root's folder, open to one group: no other process of the maker's has that group.
            os.chown(data, 0, account.gid)
            data.chmod(0o710)
            os.chown(half, account.maker, account.gid)
        _initdb(half, data, account)
        account.give_all(half)
        _move(half, data)
        account.give(data)
        data.chmod(0o700)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _initdb(half: Path, data: Path, account: Account) -> None:
    command: list[str | Path] = [
        programs.folder() / "initdb", "-D", half, "-U", USER, "--encoding=utf8",
        "--auth=trust", "--auth-local=trust", *programs.shared_memory(),
    ]  # fmt: skip
    # The second time without the environment's locale, which this machine may not have.
    for more in ((), ("--no-locale",)):
        run = account.run([*command, *more], [data], account.maker)
        try:
            done = subprocess.run(
                **run, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_LONGEST
            )
        except subprocess.TimeoutExpired:
            raise EmbeddedServerError(
                f"The data of the embedded PostgreSQL were not made within {_LONGEST} s: put "
                f"{data.parent} on a faster disk, or set DATABASE_URL"
            ) from None
        if done.returncode == 0:
            return
        if "locale" not in done.stderr:
            break
    raise explained(done.stderr, data)


def _move(half: Path, data: Path) -> None:
    """Move what was made to its place, the version last: where that stands, all the rest does."""
    names = sorted(os.listdir(half), key=lambda name: name == VERSION)
    for name in names:
        if name == VERSION:
            _sync(data)
        (half / name).rename(data / name)
    _sync(data)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
