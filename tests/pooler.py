"""PgBouncer in transaction mode before the tests' server, where it is installed."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from service import Server

# Debian keeps daemons where not everybody's PATH leads.
PGBOUNCER = shutil.which("pgbouncer", path=os.pathsep.join([os.environ["PATH"], "/usr/sbin"]))
# How long it may take to answer (seconds).
PATIENCE = 10


@dataclass(frozen=True)
class Pooler:
    """A running pooler: any user may enter any database of the server behind it."""

    port: int

    def url(self, database: str) -> str:
        """Return the URL of *database* through the pooler."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"


def require_pgbouncer() -> str:
    """Return the program; without it skip the test by name, or fail where REQUIRE_SERVERS is set."""
    if PGBOUNCER is None:
        (pytest.fail if os.environ.get("REQUIRE_SERVERS") else pytest.skip)(
            "PgBouncer is not installed (apt-get install pgbouncer)"
        )
    return PGBOUNCER


def version() -> tuple[int, ...]:
    """Return PgBouncer's version."""
    told = subprocess.run([require_pgbouncer(), "--version"], capture_output=True, text=True)
    return tuple(int(part) for part in told.stdout.split()[1].split("."))


@contextmanager
def running_pooler(server: Server, size: int) -> Iterator[Pooler]:
    """Start a pooler with *size* connections of the server for each database; stop it again."""
    program = require_pgbouncer()
    info = server.postgres.get_postmaster_info()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="pgbouncer"))
    config = folder / "pgbouncer.ini"
    config.write_text(
        f"""
[databases]
* = host={info.socket_dir} port={info.port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
""",
        encoding="utf-8",
    )
    # It refuses to be root; the server's socket lets its own user in.
    owner = Path(str(info.socket_dir)).stat().st_uid
    root = os.getuid() == 0
    if root:
        os.chown(folder, owner, -1)
    process = subprocess.Popen(
        [program, "--quiet", config], user=owner if root else None, stderr=subprocess.PIPE
    )
    try:
        wait_for(port, process)
        yield Pooler(port)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
        shutil.rmtree(folder)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when something listens on *port*; fail where *process* ends before that."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("the pooler does not answer")
