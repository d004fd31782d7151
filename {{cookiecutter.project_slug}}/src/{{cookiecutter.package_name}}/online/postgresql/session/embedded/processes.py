"""Whether a process is the PostgreSQL of a folder, and signals that no other process can get.

On Linux this reads ``/proc``, which takes no time; elsewhere it asks ``psutil``.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PROGRAM = "postgres"
_GONE = " (deleted)"
_PAUSE = 0.005


def serves(pid: int, data: Path) -> bool:
    """Tell whether *pid* is a living process of PostgreSQL that works in the folder *data*."""
    if sys.platform != "linux":
        return _serves(pid, data)
    try:
        program = os.readlink(f"/proc/{pid}/exe").removesuffix(_GONE)
        # Not its name: a folder of that name may have been removed, and another one made.
        folder = os.stat(f"/proc/{pid}/cwd")
        return Path(program).name == _PROGRAM and os.path.samestat(folder, data.stat())
    except OSError:
        return False


def send(pid: int, data: Path, number: signal.Signals) -> None:
    """Send the signal to *pid* if it is the PostgreSQL of *data*; else do nothing."""
    # Held before we look: the number may pass to another process at any moment.
    with _held(pid) as process, suppress(ProcessLookupError):
        if not (serves(pid, data) or _has_lost(pid, data)):
            return
        if sys.platform == "linux" and process is not None:
            signal.pidfd_send_signal(process, number)
        else:
            os.kill(pid, number)


def wait(pid: int, data: Path, seconds: float) -> bool:
    """Wait until *pid* no longer serves *data*; tell whether that came to pass in time."""
    deadline = time.monotonic() + seconds
    while serves(pid, data):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def quit_all(data: Path) -> None:
    """End every PostgreSQL that works in *data*, or did before that folder was removed, at once.

    The data stand it, as they stand a power loss. It is for servers that no file tells of.
    """
    for pid in _pids():
        if serves(pid, data) or _has_lost(pid, data):
            send(pid, data, signal.SIGQUIT)


@contextmanager
def _held(pid: int) -> Iterator[int | None]:
    """Yield a descriptor that stands for the process, None where the system has no such thing."""
    if sys.platform != "linux":
        yield None
        return
    try:
        process = os.pidfd_open(pid)
    except OSError:
        yield None
        return
    try:
        yield process
    finally:
        os.close(process)


def _has_lost(pid: int, data: Path) -> bool:
    """Tell whether *pid* is a PostgreSQL whose folder was *data* and has been removed."""
    try:
        program = os.readlink(f"/proc/{pid}/exe").removesuffix(_GONE)
        return (
            Path(program).name == _PROGRAM and os.readlink(f"/proc/{pid}/cwd") == f"{data}{_GONE}"
        )
    except OSError:
        return False


def _pids() -> Iterable[int]:
    if sys.platform == "linux":
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    import psutil

    return psutil.pids()


def _serves(pid: int, data: Path) -> bool:
    import psutil

    try:
        process = psutil.Process(pid)
        return Path(process.exe()).name == _PROGRAM and os.path.samefile(process.cwd(), data)
    except (psutil.Error, OSError):
        return False
