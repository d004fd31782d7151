"""A migrator of an earlier release and one of this release keep each other away.

The lock's name must not change with the place of the code that takes it: the two would migrate
one database side by side, in the very rollout that brings the new code.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from baking import TEMPLATE, run
from cookiecutter.main import cookiecutter
from mysql_service import MySQLService
from service import PACKAGE, Service
from sqlite_service import SQLiteService

# The release before the machinery had a package of its own.
BEFORE = "e100356"
LOCKS = {
    "before": "{package}.db.{name}",
    "now": "{package}.online.{database}.session.{name}",
}
URLS = {"before": "{package}.db.url", "now": "{package}.online.session.url"}
HOLD = """
import asyncio, sys
from {lock} import only_migrator
from {url} import migrations_url

async def hold():
    async with only_migrator(migrations_url()):
        print("held", flush=True)
        await asyncio.to_thread(sys.stdin.read)

try:
    asyncio.run(hold())
except Exception as error:
    sys.exit(str(error))
"""


class AnyService(Protocol):
    """What the services on all databases have."""

    folder: Path
    python: Path

    def environment(self) -> dict[str, str]:
        """Return the environment in which the service's commands run."""


@pytest.fixture(scope="module")
def template_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template as it was."""
    folder = tmp_path_factory.mktemp("before")
    archive = folder / "before.tar"
    run("git", "archive", "--output", archive, BEFORE, cwd=TEMPLATE)
    (folder / "template").mkdir()
    run("tar", "xf", archive, cwd=folder / "template")
    return folder / "template"


@pytest.fixture(params=["postgresql", "mysql", "sqlite"])
def now(request: pytest.FixtureRequest) -> tuple[str, AnyService]:
    """A database's name, and a service of this release on it."""
    fixtures = {"postgresql": "service", "mysql": "mysql", "sqlite": "on_sqlite"}
    found: Service | MySQLService | SQLiteService = request.getfixturevalue(fixtures[request.param])
    return request.param, found


def test_they_exclude_each_other(
    now: tuple[str, AnyService], template_before: Path, tmp_path: Path
) -> None:
    """Catches a lock of another name, whichever of the two comes first."""
    database, service = now
    old = Path(
        cookiecutter(
            str(template_before),
            no_input=True,
            output_dir=str(tmp_path / "old"),
            accept_hooks=False,
            extra_context={"database": database},
        )
    )
    sources = {"before": old / "src", "now": service.folder / "src"}
    for first, second in (("before", "now"), ("now", "before")):
        with holding(service, sources[first], first, database):
            late = start(service, sources[second], second, database, MIGRATIONS_QUEUE_PATIENCE="1")
            _, said = late.communicate(timeout=60)
            assert late.returncode == 1, f"{second} migrates beside {first}: {said}"
            assert "Another migration has been running for more than 1 s" in said
        # The lock was the only reason.
        with holding(service, sources[second], second, database):
            pass


@contextmanager
def holding(service: AnyService, source: Path, release: str, database: str) -> Iterator[None]:
    """Hold the lock of migrators in a process of the code in *source* while the body runs."""
    process = start(service, source, release, database)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n", process.communicate()[1]
        yield
    finally:
        process.communicate(timeout=60)


def start(
    service: AnyService, source: Path, release: str, database: str, **settings: str
) -> "subprocess.Popen[str]":
    """Start a process of the code in *source* that takes the lock, on the service's database."""
    names = {"package": PACKAGE, "database": database, "name": "lock"}
    code = HOLD.format(lock=LOCKS[release].format(**names), url=URLS[release].format(**names))
    return subprocess.Popen(
        [service.python, "-c", code],
        cwd=service.folder,
        env=os.environ | service.environment() | {"PYTHONPATH": str(source)} | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
