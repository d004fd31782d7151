"""A server for scratch databases, from the MariaDB or MySQL that this machine has installed.

It starts when first asked, on a temporary folder and a Unix socket in it, touches no service of
the machine's, and goes with this process, however that ends.
"""

import functools
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy import URL

from ...session.errors import DatabaseError
from .driver import DRIVER
from .laid_out import forget, laid_out

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
{
    sh -c 'echo $$ >"$0/server"; exec "$@"' "$folder" "$@" </dev/null
    echo "[ERROR] Aborting: the server has ended"
} &
read -r _
kill "$(cat "$folder/server")"
wait
rm -rf "$folder"
"""
# What both servers put before the reason, and with what they end.
_REASON = re.compile(r"^.*\[ERROR\] (?:\[[\w-]+\] )*(?!.*Aborting)(.*)$", re.M)
_ENDED = re.compile(r"\[ERROR\] .*Aborting")
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
    # The directory that a distribution has built in may not be there, and then MySQL does not start;
    # and each server that starts removes the temporary tables of others from the one in /tmp.
    apart = (f"--secure-file-priv={folder}", f"--tmpdir={folder}")
    places = (f"--datadir={data}", f"--socket={socket}", *apart)
    try:
        laid_out(server, data, lambda into: _lay_out(server, into, user))
        _start(folder, server, *places, *user)
        _wait_for(folder / "log")
    except DatabaseError:
        forget(server)
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return URL.create(DRIVER, username="root", query={"unix_socket": str(socket)})


def _found(*names: str) -> str | None:
    return next((path for name in names if (path := shutil.which(name, path=_PATH))), None)


def _lay_out(server: str, data: Path, user: tuple[str, ...]) -> None:
    """Make the data folder of an empty server whose root has no password."""
    install = _found("mariadb-install-db")
    # The servers' logs of changes have 100 MB otherwise, to be copied each time.
    if install is not None:
        command = [install, "--no-defaults", "--auth-root-authentication-method=normal"]
        command += ["--skip-test-db", "--innodb-log-file-size=8M"]
    else:
        command = [server, "--no-defaults", "--initialize-insecure"]
        command += ["--innodb-redo-log-capacity=8M", f"--secure-file-priv={data.parent}"]
    command += [f"--datadir={data}", *user]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        reasons = _REASON.findall(done.stderr)
        raise DatabaseError(
            f"{command[0]} did not lay out {data}: {'; '.join(reasons[:3]) or _last(done.stderr)}"
        )


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


def _wait_for(log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while "ready for connections" not in (said := log.read_text(errors="replace")):
        if time.monotonic() > end or _ENDED.search(said):
            reasons = _REASON.findall(said)
            raise DatabaseError(
                f"The scratch server did not start: {'; '.join(reasons[:3]) or _last(said)}"
            )
        time.sleep(0.02)


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if not _ENDED.search(line)] or lines
    return lines[-1] if lines else "it said nothing"
