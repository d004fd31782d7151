"""Catches a history that is replayed though a scratch database has it, or one that is believed too long."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL, Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from {{ cookiecutter.package_name }}.online import service
from {{ cookiecutter.package_name }}.online.database import keeping, scratch
from {{ cookiecutter.package_name }}.online.deploy import fingerprint
from {{ cookiecutter.package_name }}.online.session.connect import connection_to

from .support import Sandbox, book


@pytest.fixture(autouse=True)
async def keeps(
    quick_scratch_databases: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """Let databases stay while the test runs, whatever this database does outside of it."""
    marks: dict[str, str | None] = {}
    known: dict[str, URL] = {}

    def name_of(connection: Connection) -> str:
        return str(connection.engine.url)

    async with AsyncExitStack() as stack:
        free = [await stack.enter_async_context(scratch.scratch_database()) for _ in range(4)]

        @asynccontextmanager
        async def kept_database(
            name: str, is_usable: Callable[[str | None], bool], engine_for: Any = None
        ) -> AsyncIterator[AsyncConnection | None]:
            if name not in known or not is_usable(marks.get(str(known[name]))):
                known[name] = free.pop()
            async with connection_to(known[name], engine_for=engine_for) as connection:
                yield None if name.endswith("_models") else connection

        monkeypatch.setattr(keeping, "kept_database", kept_database)
        monkeypatch.setattr(keeping, "read_mark", lambda c: marks.get(name_of(c)))
        monkeypatch.setattr(keeping, "write_mark", lambda c, mark: marks.update({name_of(c): mark}))
        yield


@pytest.fixture
def ran(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Write a revision that notes in a file that it was run."""
    notes = tmp_path / "ran"
    sandbox.revise_first(book())
    told = f"    with open({str(notes)!r}, 'a') as notes:\n        notes.write('ran ')\n"
    sandbox.by_hand(told, "noted")
    return notes


def test_it_is_replayed_once(sandbox: Sandbox, ran: Path) -> None:
    for _ in range(2):
        assert sandbox.revise(book()) == []
    assert ran.read_text() == "ran "


def test_the_proof_leaves_it_as_it_was(sandbox: Sandbox, ran: Path) -> None:
    for _ in range(2):
        for script in sandbox.revise(book(sa.Column("note", sa.Text))):
            Path(script.path).unlink()
    assert ran.read_text() == "ran "


@pytest.mark.parametrize("change", ["edited", "removed"])
def test_a_revision_that_changes_counts(change: str, sandbox: Sandbox, ran: Path) -> None:
    sandbox.revise(book())
    [noted] = [path for path in sandbox.files() if "_noted_" in path.name]
    if change == "removed":
        noted.unlink()
    else:
        noted.write_text(noted.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    sandbox.revise(book())
    assert ran.read_text() == ("ran " if change == "removed" else "ran ran ")


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
    assert ran.read_text() == "ran ran "


def test_one_without_a_way_back_is_made_anew(sandbox: Sandbox, ran: Path) -> None:
    for script in sandbox.revise(book(sa.Column("note", sa.Text)), one_way=True):
        Path(script.path).unlink()
    sandbox.revise(book())
    assert ran.read_text() == "ran ran "
