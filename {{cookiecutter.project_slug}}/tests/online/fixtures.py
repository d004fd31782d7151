"""Databases made for one test and dropped after it; yours is never touched."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from alembic import command

from {{ cookiecutter.package_name }}.online.database import keeping, scratch
from {{ cookiecutter.package_name }}.online.deploy import upgrade
from {{ cookiecutter.package_name }}.online.deploy.plan import asked
from {{ cookiecutter.package_name }}.online.session import identity, never_kept, scripts
from {{ cookiecutter.package_name }}.online.session.scripts import alembic_config
from {{ cookiecutter.package_name }}.online.write import prove, revise
from {{ cookiecutter.package_name }}.settings import Settings

from .support import DATABASE, Database, Sandbox

# Of all that the environment says, only where scratch databases are made counts here.
SCRATCH = {
    name: value for name in DATABASE.SCRATCH_SETTINGS if (value := getattr(Settings(), name))
}


@pytest.fixture(autouse=True)
def no_database_of_yours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the environment and ``.env``; without a scratch database there is none at all."""
    kinds: list[type[Settings]] = [Settings, *Settings.__subclasses__()]
    for settings in kinds:
        monkeypatch.setitem(settings.model_config, "env_file", None)
        monkeypatch.setitem(settings.model_config, "secrets_dir", None)
        for name in settings.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
            monkeypatch.delenv(name, raising=False)
    for name, value in SCRATCH.items():
        monkeypatch.setenv(name.upper(), value.get_secret_value())
    monkeypatch.setenv("DATABASE_URL", DATABASE.UNREACHABLE)


@pytest.fixture(autouse=True)
def garbage_is_looked_for() -> Iterator[None]:
    """Take back what commands do for a process that ends with them."""
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def quick_scratch_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let scratch databases be made in the quickest way that the tests know, and none be kept."""
    monkeypatch.setattr(scratch, "scratch_database", DATABASE.scratch_database)
    monkeypatch.setattr(keeping, "kept_database", never_kept.kept_database)


@pytest.fixture
async def database(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """Make an empty database, and DATABASE_URL lead to it."""
    async with scratch.scratch_database() as url:
        monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
        yield Database(url)


@pytest.fixture
def database_at_head(database: Database) -> Database:
    """Bring the empty database to the service's newest revision."""
    command.upgrade(alembic_config(), "heads")
    return database


@pytest.fixture
def sandbox(tmp_path: Path, database: Database) -> Sandbox:
    """Make an empty folder for revisions; what is upgraded is ``database``."""
    folder = tmp_path / "versions"
    folder.mkdir()
    return Sandbox(folder)


@pytest.fixture
def door(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Let the service's own doors, and what it says of itself, lead to the sandbox's revisions."""
    lead_to(sandbox, monkeypatch)
    return sandbox


def lead_to(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service be one with the *sandbox*'s revisions."""
    for module in (scripts, upgrade, asked, revise, prove):
        monkeypatch.setattr(module, "alembic_config", sandbox.config)
    for cached in (scripts.shipped, identity.service_name):
        cached.cache_clear()
