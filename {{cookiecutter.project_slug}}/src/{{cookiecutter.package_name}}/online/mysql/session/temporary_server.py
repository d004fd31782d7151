"""A server for scratch databases, from the MariaDB or MySQL that this machine has installed.

It starts when first asked, on a temporary folder and a Unix socket in it, touches no service of
the machine's, and goes with this process, however that ends.
"""

import functools
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy import URL

from ...session.errors import DatabaseError
from .driver import DRIVER

_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
# Seconds: MySQL takes some to lay out a new data folder.
_PATIENCE = 60.0
# Nothing that is written has to survive.
_OPTIONS = (
    "--skip-networking",
    "--innodb-flush-log-at-trx-commit=0",
    "--loose-innodb-flush-method=nosync",
    "--loose-debug-no-sync",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M",
    "--skip-log-bin",
    # MySQL's second protocol; MariaDB has none, and passes over what begins with "loose".
    "--loose-mysqlx=OFF",
)
# The shell outlives us: it reads until our end of the pipe closes, then takes server and folder
# away. Its first argument is the folder, the others are the server's command.
_KEEPER = """
folder=$1; shift
"$@" </dev/null &
server=$!
read -r _
kill "$server"
wait "$server"
rm -rf "$folder"
"""
# The pipes that keep the servers alive.
_lifelines: list[subprocess.Popen[bytes]] = []


@functools.cache
def server_url() -> URL:
    """Start the server and return its URL, without a database.

    Raises DatabaseError where no server is installed, or where it does not start.
    """
    server = _found("mariadbd", "mysqld")
    if server is None:
        raise DatabaseError(
            "There is no server to make a scratch database on: run docker compose up -d db (see "
            "compose.yaml) and set SCRATCH_DATABASE_URL as .env.example does, or install "
            "mariadb-server, which need not run"
        )
    # Short, because the socket lies in it: its path has some 100 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="my"))
    data, socket = folder / "data", folder / "socket"
    user = ("--user=root",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    try:
        _lay_out(server, data, user)
        _start(folder, server, f"--datadir={data}", f"--socket={socket}", *user)
        _wait_for(socket, folder / "log")
    except DatabaseError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return URL.create(DRIVER, username="root", query={"unix_socket": str(socket)})


def _found(*names: str) -> str | None:
    return next((path for name in names if (path := shutil.which(name, path=_PATH))), None)


def _lay_out(server: str, data: Path, user: tuple[str, ...]) -> None:
    """Make the data folder of an empty server whose root has no password."""
    install = _found("mariadb-install-db")
    if install is not None:
        normal = ("--auth-root-authentication-method=normal", "--skip-test-db")
        command = [install, "--no-defaults", f"--datadir={data}", *normal, *user]
    else:
        command = [server, "--no-defaults", "--initialize-insecure", f"--datadir={data}", *user]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise DatabaseError(f"{command[0]} did not lay out {data}: {_last(done.stderr)}")


def _start(folder: Path, server: str, *options: str) -> None:
    command = [server, "--no-defaults", *_OPTIONS, f"--pid-file={folder / 'pid'}", *options]
    with (folder / "log").open("wb") as log:
        _lifelines.append(
            subprocess.Popen(
                ["sh", "-c", _KEEPER, "keeper", str(folder), *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                # Ctrl-C is for us: the server goes when we go.
                start_new_session=True,
            )
        )


def _wait_for(socket: Path, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while "ready for connections" not in (said := log.read_text(errors="replace")):
        if time.monotonic() > end or "[ERROR] Aborting" in said:
            raise DatabaseError(f"The scratch server did not start: {_last(said)}")
        time.sleep(0.02)


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
