"""Catches a command that loads what it does not need, or that answers otherwise for being quick."""

import asyncio
import gc
import io
import subprocess
import sys
from typing import Any

import pytest
from alembic import command

from {{ cookiecutter.package_name }}.online.deploy import console, target
from {{ cookiecutter.package_name }}.online.session.scripts import alembic_config, scripts

from .support import VERSION_TABLE, Database

# Modules by which the models, the writing of revisions, and the ORM are told.
HEAVY = (
    "{{ cookiecutter.package_name }}.db.models",
    "{{ cookiecutter.package_name }}.online.write",
    "sqlalchemy.orm",
    "tenacity",
)
LOADED = """
import atexit, sys
atexit.register(lambda: print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr))
"""
ALEMBIC = "from alembic.config import main; main(prog='alembic')"
OURS = "from {{ cookiecutter.package_name }}.cli import app; app()"


def loaded_by(program: str, *words: str, heavy: tuple[str, ...] = HEAVY) -> str:
    """Run *program* with *words* as a process of its own; return what it loaded of *heavy*."""
    source = LOADED.format(heavy=heavy) + program
    done = subprocess.run([sys.executable, "-c", source, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize("words", [["current"], ["current", "-v"], ["upgrade", "head"]], ids=str)
def test_alembic_with_nothing_to_do(database: Database, words: list[str]) -> None:
    command.upgrade(alembic_config(), "heads")
    assert loaded_by(ALEMBIC, *words) == "[]"


@pytest.mark.parametrize("words", [["check"], ["current"], ["upgrade"]], ids=str)
def test_our_command_with_nothing_to_do(database: Database, words: list[str]) -> None:
    command.upgrade(alembic_config(), "heads")
    assert loaded_by(OURS, "db", *words) == "[]"


def test_help_needs_no_alembic() -> None:
    assert loaded_by(OURS, "--help", heavy=("alembic", "sqlalchemy", "pydantic")) == "[]"


def test_what_is_to_do_is_done(database: Database) -> None:
    models = "{{ cookiecutter.package_name }}.db.models"
    assert models in loaded_by(ALEMBIC, "upgrade", "heads")
    assert loaded_by(ALEMBIC, "current", "--check-heads") == "[]"


def test_what_is_done_asks_for_no_turn(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    command.upgrade(alembic_config(), "heads")

    def never(*_: Any) -> None:
        raise AssertionError("a migration began")

    monkeypatch.setattr(target, "run", never)
    command.upgrade(alembic_config(), "heads")
    with pytest.raises(AssertionError, match="a migration began"):
        command.downgrade(alembic_config(), "base")


def test_an_unknown_revision_is_told(database: Database) -> None:
    command.upgrade(alembic_config(), "heads")
    with pytest.raises(Exception, match="Can't locate revision"):
        command.upgrade(alembic_config(), "nosuchrevision")


def test_heads_of_somebody_else(database: Database) -> None:
    command.upgrade(alembic_config(), "heads")
    asyncio.run(database.execute(f"UPDATE {VERSION_TABLE} SET version_num = 'somebody'"))
    with pytest.raises(Exception, match="at somebody, which this code does not know"):
        command.upgrade(alembic_config(), "heads")


def test_current_says_each_head(database: Database) -> None:
    command.upgrade(alembic_config(), "heads")
    config = alembic_config()
    config.stdout = io.StringIO()
    command.current(config)
    said = config.stdout.getvalue()
    assert all(head in said for head in scripts().get_heads())
    assert len(said.splitlines()) == len(scripts().get_heads())


def test_garbage_is_looked_for_again() -> None:
    with console.quick():
        assert not gc.isenabled()
    assert gc.isenabled()
