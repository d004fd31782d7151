"""Services on MySQL, and a MariaDB for them: one a session, on a temporary folder and socket.

Without a server on this machine these tests are skipped, and say so; where REQUIRE_SERVERS is
set, as in continuous integration, they fail instead.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql
import pytest
from cookiecutter.main import cookiecutter
from once import once
from pymysql.cursors import DictCursor
from service import TEMPLATE, Service, install, python_of

from hooks import prune

Rows = list[dict[str, Any]]
SBIN = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])


@dataclass
class MariaDB:
    """A running server on which tests make databases."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def socket(self) -> str:
        """The Unix socket that it listens on."""
        return str(self.folder / "socket")

    def url(self, database: str = "", user: str = "root", password: str = "") -> str:
        """Return the URL of *database* as a service takes it."""
        who = f"{user}:{password}" if password else user
        return f"mysql://{who}@localhost/{database}?unix_socket={self.socket}"

    def connect(self, database: str | None = None) -> "pymysql.Connection[DictCursor]":
        """Return a connection in autocommit."""
        return pymysql.connect(
            unix_socket=self.socket,
            user="root",
            database=database,
            autocommit=True,
            cursorclass=DictCursor,
        )

    def execute(self, *statements: str, database: str | None = None) -> Rows:
        """Run *statements* one by one; return the rows of the last."""
        with self.connect(database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database, yield its name, drop it."""
        name = f"test_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        try:
            yield name
        finally:
            self.execute(f"DROP DATABASE {name}")

    def schema(self, database: str) -> dict[str, str]:
        """Return what SHOW CREATE TABLE says of each table but Alembic's, without counters."""
        names = [next(iter(row.values())) for row in self.execute("SHOW TABLES", database=database)]
        found = {}
        for name in sorted(set(names) - {"alembic_version", "alembic_version_applied"}):
            [row] = self.execute(f"SHOW CREATE TABLE `{name}`", database=database)
            words = row["Create Table"].split()
            found[name] = " ".join(w for w in words if not w.startswith("AUTO_INCREMENT="))
        return found


@dataclass
class MySQLService(Service):
    """One copy of a baked service, with a database of its own."""

    server: MariaDB  # type: ignore[assignment]

    def execute(self, *statements: str) -> Rows:
        """Run *statements* on the service's database; return the rows of the last."""
        return self.server.execute(*statements, database=self.database)

    def use_models(self, source: str, extensions: tuple[str, ...] = ()) -> None:
        """Put *source* in the place of the models; there are no *extensions* here."""
        assert not extensions
        models = self.package / "db" / "models.py"
        models.write_text(source, encoding="utf-8")

    def add_to_model(self, lines: str) -> None:
        """Put *lines* at the end of the first model."""
        models = self.package / "db" / "models.py"
        models.write_text(models.read_text(encoding="utf-8") + lines, encoding="utf-8")


@contextmanager
def running_mariadb(*options: str) -> Iterator[MariaDB]:
    """Start a server with *options*; stop it and remove its folder. Skips where there is none."""
    initialiser, server = (shutil.which(n, path=SBIN) for n in ("mariadb-install-db", "mariadbd"))
    if initialiser is None or server is None:
        if os.environ.get("REQUIRE_SERVERS"):
            pytest.fail("REQUIRE_SERVERS is set, but mariadb-server is not installed")
        pytest.skip("mariadb-server is not installed")
    common = ["--no-defaults", *(["--user=root"] if os.geteuid() == 0 else [])]
    normal = ["--auth-root-authentication-method=normal", "--skip-test-db"]

    def initialise(into: Path) -> None:
        command = [initialiser, *common, f"--datadir={into / 'data'}", *normal]
        subprocess.run(command, check=True, capture_output=True)

    # Short, because the socket lies in it: its path has some 100 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="my"))
    shutil.copytree(once("mariadb", initialise) / "data", folder / "data")
    options = ("--skip-networking", "--innodb-flush-log-at-trx-commit=0", *options)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                server,
                *common,
                f"--datadir={folder / 'data'}",
                f"--socket={folder / 'socket'}",
                f"--pid-file={folder / 'pid'}",
                # Not /tmp, from which each server that starts removes the tables of others.
                f"--tmpdir={folder}",
                *options,
            ],
            stderr=log,
        )
    running = MariaDB(folder, process)
    try:
        _wait_for(running)
        yield running
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def bake_mysql(into: Path, *, python: str | None = None, **answers: str) -> Path:
    """Bake a MySQL service into *into*, without hooks, and install it; return its folder."""
    folder = Path(
        cookiecutter(
            str(TEMPLATE),
            no_input=True,
            output_dir=str(into),
            accept_hooks=False,
            extra_context={"database": "mysql", **answers},
        )
    )
    prune(folder, database="mysql", **answers)
    install(folder, *(["--python", python] if python else []))
    return folder


def copy_mysql(baked: Path, into: Path, server: MariaDB, database: str) -> MySQLService:
    """Return a copy of the *baked* service without its virtual environment and caches."""
    leave = shutil.ignore_patterns(".venv", ".git", ".*_cache")
    shutil.copytree(baked, into, ignore=leave)
    return MySQLService(into, python_of(baked), server, database)


def _wait_for(server: MariaDB) -> None:
    end, log = time.monotonic() + 60, server.folder / "log"
    while "ready for connections" not in (said := log.read_text(errors="replace")):
        assert time.monotonic() < end, said
        assert server.process.poll() is None, said
        time.sleep(0.05)


@pytest.fixture(scope="session")
def mariadb(_environment: None) -> Iterator[MariaDB]:
    """A MariaDB for all tests; each makes databases of its own on it."""
    with running_mariadb() as server:
        yield server


@pytest.fixture(scope="session")
def mysql_baked(mariadb: MariaDB) -> Path:
    """The default MySQL service with its environment, before its first migration."""
    (folder,) = once("mysql", bake_mysql).iterdir()
    return folder


@pytest.fixture
def mysql(mysql_baked: Path, mariadb: MariaDB, tmp_path: Path) -> Iterator[MySQLService]:
    """A copy of the MySQL service with an empty database, for a test to change as it likes."""
    with mariadb.database() as database:
        yield copy_mysql(mysql_baked, tmp_path / "service", mariadb, database)
