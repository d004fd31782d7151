"""Start PostgreSQL on a folder and wait until it takes clients; stop it."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from . import log, postmaster, processes, programs, sockets
from .account import Account
from .errors import EmbeddedServerError, explained
from .locks import Lock
from .postmaster import Postmaster

# Stands while a server is being stopped: its stopper may be killed before it has told the server.
STOPPING = ".stopping"
# After a crash PostgreSQL reads its log again first.
_PATIENCE = 60
_PAUSE = 0.005
_STOP, _STOP_AT_ONCE = 30, 5


class StillBusy(Exception):
    """Processes of a dead server have not let go of the data yet."""


def start(data: Path, account: Account, lock: Lock) -> Postmaster:
    """Start the server of *data*, which inherits *lock*, and return it when it takes clients.

    Raises StillBusy where it is worth another try, EmbeddedServerError where it does not start.
    """
    place = sockets.folder(data, account)
    (data / postmaster.FILE).unlink(missing_ok=True)
    sockets.clear(place)
    output = log.opened(data)
    try:
        account.give(data / log.FILE)
        position = os.fstat(output).st_size
        process = subprocess.Popen(
            **account.run(_command(data, place), [data, place]),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[lock.descriptor],
        )
        try:
            server = _wait(data, process)
        finally:
            # It outlives us, and nobody is to be warned of that.
            process.returncode = process.returncode or 0
        if server is not None:
            return server
        said = log.written_since(output, position)
        raise StillBusy if "pre-existing shared memory block" in said else explained(said, data)
    finally:
        os.close(output)


def _wait(data: Path, process: "subprocess.Popen[bytes]") -> Postmaster | None:
    """Return the server when it takes clients, None when its process has ended."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        ended = process.poll() is not None
        server = postmaster.running(data)
        if server is not None and server.ready:
            return server
        if ended:
            return None
        time.sleep(_PAUSE)
    raise EmbeddedServerError(
        f"The embedded PostgreSQL is not ready after {_PATIENCE} s: see {data / log.FILE}, and "
        "run the same command again"
    )


def stop(data: Path) -> None:
    """Stop the server of *data* if one runs, and wait until it has ended."""
    server = postmaster.running(data)
    if server is not None:
        # Where it cannot be made, as on a full disk, we stop the server all the same.
        with suppress(OSError):
            (data / STOPPING).touch()
        processes.send(server.pid, data, signal.SIGINT)
        if not processes.wait(server.pid, data, _STOP):
            processes.send(server.pid, data, signal.SIGQUIT)
            processes.wait(server.pid, data, _STOP_AT_ONCE)
        with suppress(ChildProcessError):
            os.waitpid(server.pid, os.WNOHANG)
        if server.sockets != data:
            with suppress(OSError):
                server.sockets.rmdir()
    (data / STOPPING).unlink(missing_ok=True)


def _command(data: Path, place: Path) -> list[str | Path]:
    quoted = str(place).replace('"', '""')
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{quoted}"',
        "unix_socket_permissions": "0700",
        # The reasons of the operating system in English, as we look for them.
        "lc_messages": "C",
        # Two lines for each stop.
        "log_checkpoints": "off",
    }
    command: list[str | Path] = [
        programs.folder() / "postgres",
        "-D",
        data,
        "-p",
        f"{sockets.PORT}",
    ]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return [*command, *programs.shared_memory()]
