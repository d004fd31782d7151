"""Catches a scratch database that is kept though it is not what the revisions make, or lost too soon."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import Script
from sqlalchemy.ext.asyncio import AsyncConnection

from {{ cookiecutter.package_name }}.online import service
from {{ cookiecutter.package_name }}.online.database import keeping
from {{ cookiecutter.package_name }}.online.deploy import fingerprint
from {{ cookiecutter.package_name }}.online.postgresql.session import scratch
from {{ cookiecutter.package_name }}.online.postgresql.session.keeping import (
    KEPT,
    kept_database,
)
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Sandbox, book


@pytest.fixture(autouse=True)
async def keeps(no_database_of_yours: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Let databases be kept, as they are outside the tests, and leave none behind."""
    monkeypatch.setattr(keeping, "kept_database", kept_database)
    before = await kept()
    yield
    for name in await kept() - before:
        await on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def ran(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Write two revisions; each notes in a file that it was run."""
    notes = tmp_path / "ran"
    sandbox.revise_first(book())
    for name in ("one", "two"):
        told = f"    with open({str(notes)!r}, 'a') as notes:\n        notes.write({name + ' '!r})"
        sandbox.by_hand(f"{told}\n", name)
    return notes


def test_a_history_is_replayed_once(sandbox: Sandbox, ran: Path) -> None:
    for _ in range(2):
        assert sandbox.revise(book()) == []
    assert ran.read_text() == "one two "


def test_the_proof_leaves_it_as_it_was(sandbox: Sandbox, ran: Path) -> None:
    for _ in range(2):
        [written] = sandbox.revise(noted())
        Path(written.path).unlink()
    assert ran.read_text() == "one two "


def test_a_new_revision_is_applied_alone(sandbox: Sandbox, ran: Path) -> None:
    for models in (noted(), noted()):
        sandbox.revise(models)
    assert ran.read_text() == "one two "
    assert len(sandbox.files()) == 4


@pytest.mark.parametrize("change", ["edited", "removed"])
def test_a_revision_that_changes_counts(change: str, sandbox: Sandbox, ran: Path) -> None:
    sandbox.revise(book())
    [two] = [path for path in sandbox.files() if "_two_" in path.name]
    if change == "removed":
        two.unlink()
    else:
        two.write_text(two.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    sandbox.revise(book())
    assert ran.read_text() == "one two one " + ("" if change == "removed" else "two ")


def test_what_a_revision_imports_counts(
    sandbox: Sandbox, ran: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    helper = tmp_path / "helper.py"
    helper.write_text("value = 1\n", encoding="utf-8")
    monkeypatch.setattr(fingerprint, "_SERVICE", tmp_path)
    sandbox.by_hand(f"    '''\n    from {service.PACKAGE}.helper import value\n    '''\n")
    sandbox.revise(book())
    helper.write_text("value = 2\n", encoding="utf-8")
    sandbox.revise(book())
    assert ran.read_text() == "one two one two "


def test_one_without_a_way_back_is_made_anew(sandbox: Sandbox, ran: Path) -> None:
    [written] = sandbox.revise(noted(), one_way=True)
    Path(written.path).unlink()
    sandbox.revise(book())
    assert ran.read_text() == "one two one two "


def test_a_fault_leaves_no_mark(sandbox: Sandbox, ran: Path) -> None:
    sandbox.by_hand("    raise ValueError('no')\n", "broken")
    with pytest.raises(ValueError, match="no"):
        sandbox.revise(book())
    [broken] = [path for path in sandbox.files() if "_broken_" in path.name]
    broken.unlink()
    sandbox.revise(book())
    assert ran.read_text() == "one two one two "


async def test_two_at_once(sandbox: Sandbox) -> None:
    """The second works on a database of its own."""
    sandbox.revise_first(book())
    before = await kept()
    await asyncio.to_thread(sandbox.revise, book())
    [name] = [one for one in await kept() - before if not one.endswith("_models")]

    async with kept_database(name.removeprefix(KEPT), lambda _: True) as mine:
        assert isinstance(mine, AsyncConnection)
        written: list[Script] = await asyncio.to_thread(sandbox.revise, noted())
    assert len(written) == 1


def test_models_that_cannot_be_created_are_told(sandbox: Sandbox) -> None:
    sandbox.revise_first(book())
    broken = book(sa.Column("note", sa.Text, server_default=sa.text("nonsense(")))
    for _ in range(2):
        with pytest.raises(DatabaseError, match="The models cannot be created"):
            sandbox.revise(broken)
    assert sandbox.revise(book()) == []


async def test_unused_ones_go(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """When another is made, and nobody is connected."""
    async with kept_database("old", lambda _: True) as connection:
        assert connection is not None
        await connection.run_sync(keeping.write_mark, "x")
    monkeypatch.setattr(keeping, "DAYS", -1)
    async with kept_database("new", lambda _: True):
        assert f"{KEPT}old" not in await kept()


def test_check_uses_it(sandbox: Sandbox, ran: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no database of the service's."""
    monkeypatch.setenv("DATABASE_URL", "")
    for _ in range(2):
        command.check(sandbox.config(book()))
    assert ran.read_text() == "one two "


def noted() -> sa.MetaData:
    """Return the models with one column more."""
    return book(sa.Column("note", sa.Text))


async def kept() -> set[str]:
    """Return the names of the databases that are kept."""
    query = f"SELECT datname FROM pg_database WHERE starts_with(datname, '{KEPT}')"
    async with connection_to(scratch.scratch_server_url()) as connection:
        return set((await connection.exec_driver_sql(query)).scalars())


async def on_server(statement: str) -> None:
    """Run *statement* where databases are made."""
    async with connection_to(scratch.scratch_server_url(), autocommit=True) as connection:
        await connection.exec_driver_sql(statement)
