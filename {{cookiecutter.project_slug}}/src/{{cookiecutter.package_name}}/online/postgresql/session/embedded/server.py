"""The door: a server that runs for as long as somebody uses it."""

import atexit
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from . import account, launch, locks, log, postmaster, processes, programs
from . import data as folder
from .account import Account
from .address import Address
from .errors import EmbeddedServerError, told
from .postmaster import Postmaster

# How long a server may be without a file that tells of it, and how long we wait for it at all.
_UNTOLD = 3
_PATIENCE = 60
_PAUSE = 0.01


@dataclass
class _Use:
    address: Address
    share: locks.Lock


_used: dict[Path, _Use] = {}
_one_thread = threading.Lock()


def start(data: Path) -> Address:
    """Start the server of the folder *data* unless it runs, and return its address.

    The folder is made where it is missing; its parent is not. At exit the server is stopped,
    unless another process still uses it. Raises EmbeddedServerError where it does not start, and
    ImportError where PostgreSQL is not installed.
    """
    programs.folder()
    with _one_thread, told(data):
        data = data.expanduser().resolve()
        folder.make_folder(data)
        with locks.gate(data):
            known = _used.get(data)
            share = locks.use(data) if known is None else known.share
            try:
                server = _ensure_running(data)
            except BaseException:
                if known is None:
                    share.close()
                raise
        if known is None:
            atexit.register(_leave, data)
        address = Address(str(server.sockets), server.port, folder.USER)
        _used[data] = _Use(address, share)
        return address


def _ensure_running(data: Path) -> Postmaster:
    runs_as = account.of(data)
    folder.close_to_others(data, runs_as)
    if (data / launch.STOPPING).exists():
        launch.stop(data)
    began = time.monotonic()
    swept = False
    while (waited := time.monotonic() - began) < _PATIENCE:
        server = postmaster.running(data)
        if server is None:
            if lock := locks.server(data):
                try:
                    return _start(data, runs_as, lock)
                except launch.StillBusy:
                    processes.quit_all(data)
            elif waited > _UNTOLD and not swept:
                processes.quit_all(data)
                swept = True
        elif server.ready:
            log.cut(data)
            return server
        time.sleep(_PAUSE)
    raise EmbeddedServerError(
        f"The embedded PostgreSQL has been starting or stopping for {_PATIENCE} s: see "
        f"{data / log.FILE}, and run the same command again"
        if postmaster.running(data)
        else f"A PostgreSQL works on {data} that this process cannot see or end, as one in "
        "another container: end it, or set DATABASE_URL to it"
    )


def _start(data: Path, runs_as: Account, lock: locks.Lock) -> Postmaster:
    try:
        folder.ensure(data, runs_as)
        return launch.start(data, runs_as, lock)
    finally:
        lock.close()


def _leave(data: Path) -> None:
    """Stop the server of *data* where this process is the last that uses it."""
    try:
        with locks.gate(data, make=False):
            if locks.leave(data, _used.pop(data).share):
                launch.stop(data)
    except (OSError, EmbeddedServerError, KeyboardInterrupt):
        # Nobody is left to hear of it; the next command finds the server, and uses it.
        pass
