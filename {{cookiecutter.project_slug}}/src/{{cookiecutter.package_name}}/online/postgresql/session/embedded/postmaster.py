"""What ``postmaster.pid`` says, believed only where the process is this folder's PostgreSQL."""

import os
from dataclasses import dataclass
from pathlib import Path

from .processes import serves

FILE = "postmaster.pid"


@dataclass(frozen=True)
class Postmaster:
    """A server that runs: its process, the folder of its socket, and whether it takes clients."""

    pid: int
    sockets: Path
    port: int
    ready: bool


def running(data: Path) -> Postmaster | None:
    """Return the server that runs on *data*; None where the file is missing, cut or stale.

    The file's lines: process, data folder, start time, port, socket folder, address, shared
    memory, state. PostgreSQL adds them one by one while it starts.
    """
    try:
        lines = os.fsdecode((data / FILE).read_bytes()).splitlines()
        pid, port = int(lines[0]), int(lines[3])
        folder, sockets, state = lines[1], lines[4], lines[7].strip()
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if pid <= 0 or not serves(pid, data):
        return None
    # The project may have been moved since the server has started.
    return Postmaster(pid, data if sockets == folder else Path(sockets), port, state == "ready")
