"""PostgreSQL 15, where Debian's packages have put it: a server of its own, stopped at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Where packages of Debian and Ubuntu put it.
BINARIES = Path("/usr/lib/postgresql/15/bin")


@contextmanager
def older_server() -> Iterator[str | None]:
    """Start a server of version 15 and yield its URL, or None where there is no such version."""
    if not (BINARIES / "initdb").exists():
        yield None
        return
    # Short, because the socket lies in it.
    folder = Path(tempfile.mkdtemp(prefix="pg15"))
    try:
        if user := _not_root():
            shutil.chown(folder, user)
        data = folder / "data"
        _run(user, "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -F"
        _run(user, "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}&port=5432"
        finally:
            _run(user, "pg_ctl", "-D", data, "-m", "fast", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _not_root() -> str | None:
    """Return whom to run the server as: PostgreSQL refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else None


def _run(user: str | None, program: str, *arguments: object) -> None:
    command = [str(BINARIES / program), *map(str, arguments)]
    subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, cwd="/")
