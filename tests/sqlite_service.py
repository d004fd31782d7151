"""A baked service on SQLite: bake once a session, copy per test, run its commands on its file."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import forks
from cookiecutter.main import cookiecutter
from service import FOREIGN, PACKAGE, TEMPLATE, Finished, python_of

from hooks import prune


@dataclass
class SQLiteService:
    """One copy of the baked service; its database is a file in its own folder."""

    folder: Path
    python: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The database's file."""
        return self.folder / "data" / "service.sqlite3"

    @property
    def versions(self) -> Path:
        """The folder of the revisions."""
        return self.folder / "src" / PACKAGE / "db" / "alembic" / "versions"

    def revisions(self) -> list[Path]:
        """Return the files of the revisions, oldest first."""
        return sorted(self.versions.glob("*.py"))

    def written_for(self, phase: str) -> Path:
        """Return the newest revision of *phase*."""
        mark = f'phase = "{phase}"'
        found = [path for path in self.revisions() if mark in path.read_text(encoding="utf-8")]
        return max(found, key=lambda path: path.name)

    def use_models(self, source: str) -> None:
        """Put *source* in the place of the models."""
        models = self.folder / "src" / PACKAGE / "db" / "models.py"
        models.write_text(source, encoding="utf-8")

    def write_by_hand(self, upgrade: str, message: str = "by hand") -> Path:
        """Write a revision whose upgrade is the lines *upgrade*; return its file."""
        before = set(self.revisions())
        self.alembic("revision", "-m", message)
        [path] = set(self.revisions()) - before
        text = path.read_text(encoding="utf-8")
        mark = '"""Apply the change."""\n'
        text = text.replace(mark, mark + upgrade)
        text = text.replace("revision =", "from alembic import op\n\nrevision =", 1)
        path.write_text(text, encoding="utf-8")
        return path

    def alembic(self, *arguments: str, code: int = 0) -> Finished:
        """Run Alembic's command line and expect *code*."""
        return self.run("-m", "alembic", *arguments, code=code)

    def cli(self, *arguments: str, code: int = 0) -> Finished:
        """Run the service's own command line and expect *code*."""
        return self.run("-m", PACKAGE, *arguments, code=code)

    def run(self, *arguments: str, code: int = 0) -> Finished:
        """Run the service's Python with *arguments* and expect *code*."""
        env = self.environment()
        done = forks.run(self.python, PACKAGE, arguments, cwd=self.folder, env=env, timeout=300)
        said = f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        assert done.returncode == code, said
        return Finished(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the service's Python with *arguments* in the background."""
        return subprocess.Popen(
            [self.python, *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def environment(self) -> dict[str, str]:
        """Return the environment in which the service's commands run; "" leaves a variable out."""
        env = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
        env |= {
            "PYTHONPATH": str(self.folder / "src"),
            "DATABASE_URL": f"sqlite:///{self.file}",
            **self.env,
        }
        return {name: value for name, value in env.items() if value}

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Open the file in autocommit, with foreign keys enforced."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection

    def execute(self, *statements: str) -> list[Any]:
        """Run *statements*; return the first column of the last one's rows."""
        with self.connection() as connection:
            rows: list[Any] = []
            for statement in statements:
                rows = [row[0] for row in connection.execute(statement)]
            return rows

    def schema(self) -> str:
        """Return the whole schema as text, without Alembic's own table."""
        query = "SELECT sql FROM sqlite_schema WHERE sql NOT NULL AND tbl_name NOT LIKE 'alembic_version%'"
        return "\n".join(self.execute(f"{query} ORDER BY 1"))


def bake_on_sqlite(into: Path, **answers: str) -> Path:
    """Bake a service on SQLite into *into*, without hooks."""
    given = {"database": "sqlite"} | answers
    folder = Path(
        cookiecutter(
            str(TEMPLATE),
            no_input=True,
            output_dir=str(into),
            accept_hooks=False,
            extra_context=given,
        )
    )
    prune(folder, **given)
    return folder


def copy_of(baked: Path, into: Path) -> SQLiteService:
    """Return a copy of the *baked* service without its environment and caches."""
    leave = shutil.ignore_patterns(".venv", ".git", ".*_cache", "*.sqlite3*")
    shutil.copytree(baked, into, ignore=leave)
    service = SQLiteService(into, python_of(baked))
    service.file.parent.mkdir()
    return service
