"""Fixtures: a calm environment; a service as its author gets it; quick bakes; services to change."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from baking import TEMPLATE, run, typed
from cookiecutter.main import cookiecutter
from linting import mypy_cache  # noqa: F401
from mysql_service import mariadb, mysql, mysql_baked  # noqa: F401
from once import end_run, once, start_run
from service import Server, Service, copy, install, running_server
from service import bake as bake_without_hooks
from sqlite_service import SQLiteService, bake_on_sqlite, copy_of

# What lies there runs inside a service.
collect_ignore = ["owners_year"]

Bake = Callable[..., Path]
Rendered = Callable[..., Path]

# As root, the embedded server runs as another user, and every pytest that starts closes the
# common /tmp/pytest-of-root to others, while a server may be working in it.
os.environ["PYTEST_DEBUG_TEMPROOT"] = str(start_run())


def pytest_sessionfinish(exitstatus: int) -> None:
    """Leave the generated services behind only where a test has failed."""
    if exitstatus == 0:
        end_run()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones: those that come last must be short for all workers to end at once."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session", autouse=True)
def _environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Put our tools on PATH, give git an identity, and forget what the caller's shell says."""
    with pytest.MonkeyPatch.context() as patch:
        # A pytest inside a service closes the folder above its own in the same way: to each worker
        # one, and the worker's own is made before.
        patch.setenv("PYTEST_DEBUG_TEMPROOT", str(tmp_path_factory.mktemp("inner")))
        # Thousands of processes would each compile what they import.
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        tools = str(Path(sys.executable).parent)
        patch.setenv("PATH", os.pathsep.join([tools, os.environ["PATH"]]))
        for role in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{role}_NAME", "Template Test")
            patch.setenv(f"GIT_{role}_EMAIL", "test@example.com")
        for name in list(os.environ):
            if name.endswith("DATABASE_URL") or name in ("VIRTUAL_ENV", "ENVIRONMENT"):
                patch.delenv(name)
            # Ours, not that of a pytest inside a service.
            if name.startswith("PYTEST_XDIST"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def generated(_environment: None) -> Path:
    """The default service as its author gets it; tests leave its files as they are."""

    def generate(into: Path) -> None:
        cookiecutter(str(TEMPLATE), no_input=True, output_dir=str(into), default_config=True)

    (folder,) = once("generated", generate).iterdir()
    return folder


@pytest.fixture(scope="session")
def quick_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template without what follows generation: no environment, no migration, no git."""
    copy = tmp_path_factory.mktemp("quick") / "template"
    shutil.copytree(
        TEMPLATE,
        copy,
        ignore=shutil.ignore_patterns(".*", "build", "tests", "docs", "post_gen_project.py"),
    )
    # The service's own dot files and tests count.
    folder = "{{cookiecutter.project_slug}}"
    shutil.copytree(TEMPLATE / folder, copy / folder, dirs_exist_ok=True)
    return copy


@pytest.fixture
def bake(cookies: Any, quick_template: Path) -> Bake:
    """Return a function that writes a service from the given answers, quickly."""

    def bake(**answers: str) -> Path:
        result = cookies.bake(extra_context=typed(answers), template=str(quick_template))
        assert result.exception is None, result.exception
        return Path(result.project_path)

    return bake


@pytest.fixture(scope="session")
def rendered(quick_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Return a function that writes a service once for each set of answers, to look at."""
    written: dict[str, Path] = {}

    def rendered(**answers: str) -> Path:
        key = repr(sorted(answers.items()))
        if key not in written:
            into = tmp_path_factory.mktemp("rendered")
            made = cookiecutter(
                str(quick_template), no_input=True, output_dir=str(into), extra_context=answers
            )
            written[key] = Path(made)
        return written[key]

    return rendered


@pytest.fixture
def bake_with_migration(bake: Bake, generated: Path) -> Bake:
    """As ``bake``, and with the first migration, written with the default service's packages."""

    def bake_with_migration(**answers: str) -> Path:
        folder = bake(**answers)
        package = next(folder.glob("src/*")).name
        python = generated / ".venv/bin/python"
        first = ("-m", package, "db", "revision", "--first")
        run(python, *first, cwd=folder, PYTHONPATH=str(folder / "src"))
        return folder

    return bake_with_migration


@pytest.fixture(scope="session")
def server(_environment: None) -> Iterator[Server]:
    """A PostgreSQL for all tests of a worker; each makes databases of its own on it."""
    with running_server() as server:
        # Nobody needs its data after a crash of the machine.
        unsafe = [f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "full_page_writes")]
        server.execute(*unsafe, "SELECT pg_reload_conf()")
        yield server


@pytest.fixture(scope="session")
def baked(_environment: None) -> Path:
    """The default service with its environment, before its first migration."""
    (folder,) = once("baked", bake_without_hooks).iterdir()
    return folder


@pytest.fixture
def service(baked: Path, server: Server, tmp_path: Path) -> Iterator[Service]:
    """A copy of the service with an empty database, for a test to change as it likes."""
    with server.database() as database:
        yield copy(baked, tmp_path / "service", server, database)


@pytest.fixture(scope="session")
def baked_on_sqlite(_environment: None) -> Path:
    """A service on SQLite with its environment, before its first migration."""
    (folder,) = once("sqlite", lambda into: install(bake_on_sqlite(into))).iterdir()
    return folder


@pytest.fixture
def on_sqlite(baked_on_sqlite: Path, tmp_path: Path) -> SQLiteService:
    """A copy of the service on SQLite, without a file yet, for a test to change as it likes."""
    return copy_of(baked_on_sqlite, tmp_path / "service")
