"""How long writers wait on MariaDB while a NOT NULL column comes: ours against the usual way.

    python benchmarks/mysql_traffic.py [--rows 1000000]

A service is written from the template, and its own autogenerate writes the revisions. Each way
runs on a fresh table with eight writers that update and read, on a server of its own with its
defaults. The usual way adds the column, updates all rows, and makes it NOT NULL. Without MariaDB
on this machine it says so, and ends with 0.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql

TEMPLATE = Path(__file__).parents[1]
PACKAGE = "invoice_service"
CLIENTS = 8
# Between two statements of one client, in seconds.
THINKING_TIME = 0.005
# How long writers work before the migration begins, in seconds.
WARM_UP = 2.0
# Ours may make a writer wait this much of what the usual way does.
AT_MOST = 1 / 5
NUMBER = (
    "    number: Mapped[str] = mapped_column("
    'sa.String(20), info={"backfill": "CONCAT(\'N\', id)"})\n'
)
USUAL = (
    "ALTER TABLE invoice ADD COLUMN number VARCHAR(20)",
    "UPDATE invoice SET number = CONCAT('N', id)",
    "ALTER TABLE invoice MODIFY number VARCHAR(20) NOT NULL",
)


class Writers:
    """Eight clients that update and read until told to stop; a context manager."""

    def __init__(self, socket: str, rows: int) -> None:
        """Write to the table of *rows* rows on the server at *socket*."""
        self._socket, self._rows = socket, rows
        self._stopped = threading.Event()
        self._timings: list[tuple[float, float]] = []
        self.errors = 0
        self._threads = [threading.Thread(target=self._work, args=(n,)) for n in range(CLIENTS)]

    def __enter__(self) -> "Writers":
        """Start, and let them warm up."""
        for thread in self._threads:
            thread.start()
        time.sleep(WARM_UP)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop when each has finished its statement."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def worst(self, began: float, ended: float) -> float:
        """Return the longest that a statement under way between the two times took (seconds)."""
        during = (e - b for b, e in list(self._timings) if b <= ended and e >= began)
        return max(during, default=0.0)

    def _work(self, client: int) -> None:
        chance = random.Random(client)
        connection = connect(self._socket)
        with connection, connection.cursor() as cursor:
            while not self._stopped.is_set():
                row = chance.randint(1, self._rows)
                for statement in (
                    "UPDATE invoice SET name = CONCAT('x', id) WHERE id = %s",
                    "SELECT name FROM invoice WHERE id = %s",
                ):
                    began = time.monotonic()
                    try:
                        cursor.execute(statement, (row,))
                    except pymysql.Error:
                        self.errors += 1
                    self._timings.append((began, time.monotonic()))
                    time.sleep(THINKING_TIME)


def main() -> int:
    """Measure both ways, print, and return 1 where ours is not better by the bar."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the table")
    rows = parser.parse_args().rows
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin"])
    server, install = (shutil.which(n, path=path) for n in ("mariadbd", "mariadb-install-db"))
    if server is None or install is None:
        print("mysql_traffic: skipped, for mariadb-server is not installed")
        return 0
    with (
        tempfile.TemporaryDirectory(prefix="my") as folder,
        running(server, install, Path(folder)) as socket,
    ):
        service = Service(Path(folder), socket)
        usual = _measured(socket, rows, lambda: _run(socket, *USUAL))
        ours = _measured(socket, rows, service.upgrade)
        version = _run(socket, "SELECT VERSION()")[0][0]
    ratio = ours[0] / usual[0]
    print(f"MariaDB {version} with its defaults, {rows:,} rows, {CLIENTS} writers\n")
    print("| NOT NULL column, a value per row | worst writer latency | duration | errors |")
    print("|---|---|---|---|")
    for name, (worst, lasted, errors) in (("in one go", usual), ("ours, two steps", ours)):
        print(f"| {name} | {worst * 1000:,.0f} ms | {lasted:.1f} s | {errors} |")
    print(
        f"\nours / in one go: 1/{1 / ratio:.0f} of the latency, {ours[1] / usual[1]:.1f} of the time"
    )
    return 0 if ratio <= AT_MOST and not ours[2] else 1


class Service:
    """A MySQL service as the template writes it, with the two revisions of the change."""

    def __init__(self, folder: Path, socket: str) -> None:
        """Write the service, install it, and let autogenerate write the revisions."""
        self._url = f"mysql://root@localhost/bench?unix_socket={socket}"
        bake = ["-m", "cookiecutter", str(TEMPLATE), "--no-input", "--accept-hooks", "no"]
        _tool([sys.executable, *bake, "-o", str(folder), "database=mysql"], folder)
        self._folder = folder / "invoice-service"
        _tool(["uv", "sync", "--quiet", "--compile-bytecode"], self._folder)
        self._python("-m", PACKAGE, "db", "revision", "--first")
        models = self._folder / "src" / PACKAGE / "db" / "models.py"
        # The table is as the first revision makes it.
        _run(socket, "CREATE DATABASE bench CHARACTER SET utf8mb4", database=None)
        self._python("-m", PACKAGE, "db", "upgrade")
        models.write_text(models.read_text("utf-8") + NUMBER, "utf-8")
        self._python("-m", "alembic", "revision", "--autogenerate", "-m", "add number")
        _run(socket, "RENAME TABLE invoice TO pattern")

    def upgrade(self) -> None:
        """Run both steps, one after the other."""
        self._python("-m", PACKAGE, "db", "upgrade", "--phase", "expand")
        self._python("-m", PACKAGE, "db", "upgrade", "--phase", "contract")

    def _python(self, *arguments: str) -> None:
        python = self._folder / ".venv" / "bin" / "python"
        url = {"DATABASE_URL": self._url, "SCRATCH_DATABASE_URL": self._url}
        _tool([str(python), *arguments], self._folder, **url)


def _measured(socket: str, rows: int, migrate: Any) -> tuple[float, float, int]:
    """Return worst latency and duration of *migrate* (seconds), and the errors of writers."""
    _run(
        socket,
        "DROP TABLE IF EXISTS invoice",
        "CREATE TABLE invoice LIKE pattern",
        f"INSERT INTO invoice (name) SELECT CONCAT('n', seq) FROM seq_1_to_{rows}",
    )
    with Writers(socket, rows) as writers:
        began = time.monotonic()
        migrate()
        ended = time.monotonic()
    return writers.worst(began, ended), ended - began, writers.errors


@contextmanager
def running(server: str, install: str, folder: Path) -> Iterator[str]:
    """Start MariaDB with its defaults on a Unix socket in *folder*; yield the socket, stop it."""
    common = ["--no-defaults", f"--datadir={folder / 'data'}"]
    common += ["--user=root"] if os.geteuid() == 0 else []
    normal = ["--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run([install, *common, *normal], check=True, capture_output=True)
    socket, log = folder / "socket", folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                server,
                *common,
                "--skip-networking",
                f"--socket={socket}",
                f"--pid-file={folder}/pid",
            ],
            stderr=output,
        )
    try:
        while "ready for connections" not in log.read_text(errors="replace"):
            if process.poll() is not None:
                raise RuntimeError(log.read_text(errors="replace"))
            time.sleep(0.05)
        yield str(socket)
    finally:
        process.terminate()
        process.wait()


def connect(socket: str, database: str | None = "bench") -> "pymysql.Connection[Any]":
    """Return a connection in autocommit."""
    return pymysql.connect(unix_socket=socket, user="root", database=database, autocommit=True)


def _run(socket: str, *statements: str, database: str | None = "bench") -> Any:
    """Run *statements*; return the rows of the last."""
    with connect(socket, database) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall()


def _tool(command: list[str], folder: Path, **environment: str) -> None:
    """Run *command*; raises RuntimeError with its output where it fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    unset = ("VIRTUAL_ENV", "ENVIRONMENT")
    ours = {
        name: value
        for name, value in os.environ.items()
        if name not in unset and not name.endswith("DATABASE_URL")
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=ours | {"PATH": path} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
