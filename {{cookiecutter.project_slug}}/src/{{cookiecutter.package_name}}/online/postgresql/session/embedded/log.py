"""The server's log, bounded: every command that starts or joins the server cuts it."""

import os
from contextlib import suppress
from pathlib import Path

FILE = "log"
_MOST = 1024 * 1024
_KEPT = 256 * 1024
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


def opened(data: Path) -> int:
    """Return a descriptor of the log of *data* that the server can go on writing to, cut first."""
    descriptor = os.open(data / FILE, _FLAGS | os.O_CREAT, 0o600)
    _cut(descriptor)
    return descriptor


def cut(data: Path) -> None:
    """Leave the log's end alone where it has grown too long; the server writes on meanwhile."""
    # Not worth an error, nor a log that is not the server's own.
    with suppress(OSError):
        descriptor = os.open(data / FILE, _FLAGS)
        try:
            _cut(descriptor)
        finally:
            os.close(descriptor)


def _cut(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    if size <= _MOST:
        return
    end = os.pread(descriptor, _KEPT, size - _KEPT)
    os.ftruncate(descriptor, 0)
    # On a full disk the end is lost too.
    with suppress(OSError):
        os.write(descriptor, end[end.find(b"\n") + 1 :])


def written_since(descriptor: int, position: int) -> str:
    """Return what has been written to the log since it was *position* bytes long."""
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, max(size - position, 0), position).decode(errors="replace")
