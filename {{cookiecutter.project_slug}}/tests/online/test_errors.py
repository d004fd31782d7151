"""Catches an error that says nothing, says it with a traceback, or tells a secret."""

from pathlib import Path

import pytest
from sqlalchemy.exc import PendingRollbackError
from typer.testing import CliRunner

from {{ cookiecutter.package_name }}.cli import app
from {{ cookiecutter.package_name }}.online.deploy import upgrade
from {{ cookiecutter.package_name }}.online.operations.naming import shortened
from {{ cookiecutter.package_name }}.online.session import url
from {{ cookiecutter.package_name }}.online.session.connect import connection_to, wait_for
from {{ cookiecutter.package_name }}.online.session.errors import (
    DatabaseError,
    sentence_for,
)
from {{ cookiecutter.package_name }}.online.session.url import migrations_url
from {{ cookiecutter.package_name }}.settings import Settings

from .support import Database


def test_a_fault_of_the_sql_keeps_its_traceback() -> None:
    assert sentence_for(ValueError("a slip of the author's")) is None
    hidden = PendingRollbackError("tidying up")
    hidden.__context__ = ValueError("a slip of the author's")
    assert sentence_for(hidden) is None
    assert sentence_for(PendingRollbackError("of nothing")) is None


def test_a_setting_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATIONS_LOCK_TIMEOUT", "secret")
    with pytest.raises(DatabaseError, match="The settings are wrong: MIGRATIONS_LOCK_TIMEOUT") as e:
        url.load_settings()
    assert "secret" not in str(e.value)


def test_a_dotenv_that_is_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_bytes(b"DATABASE_URL=\xff\xfe")
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    monkeypatch.setitem(Settings.model_config, "env_file_encoding", "utf-8")
    with pytest.raises(DatabaseError, match=r"\.env cannot be read: it is not UTF-8"):
        url.load_settings()


@pytest.mark.parametrize("text", ["not a url", "oracle://host/data"])
def test_a_url_of_another_kind(text: str) -> None:
    with pytest.raises(DatabaseError, match="The database URL"):
        url.parse(text)


async def test_production_needs_a_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(DatabaseError, match="DATABASE_URL is not set: a service in production"):
        url.database_url()


async def test_nobody_is_waited_for_for_ever() -> None:
    with pytest.raises(DatabaseError, match="Cannot connect to"):
        await wait_for(migrations_url(), 0.6)


def test_nor_by_the_command_line() -> None:
    assert CliRunner().invoke(app, ["db", "upgrade", "--wait", "0.1"]).exit_code == 1


async def test_a_database_that_is_there_is_not_waited_for(database: Database) -> None:
    assert await upgrade.upgrade(wait=60)


async def test_a_slip_in_the_body_is_passed_on(database: Database) -> None:
    with pytest.raises(KeyError):
        async with connection_to(database.url):
            raise KeyError


async def test_an_answer_that_does_not_come(database: Database) -> None:
    with pytest.raises(DatabaseError, match="has not answered"):
        async with connection_to(database.url, prompt=True):
            raise TimeoutError


def test_a_name_that_is_too_long() -> None:
    short = shortened("a" * 20)
    assert short == "a" * 20
    long = shortened("ä" * 90)
    assert long == shortened("ä" * 90) != shortened("ä" * 91)
    assert len(long.encode()) <= 64 or long == "ä" * 90
