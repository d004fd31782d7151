"""Catches a missing DATABASE_URL that leaves its reader without a database, and without a reason."""

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from {{ cookiecutter.package_name }}.online.postgresql.session import (
    blockers,
    development,
    driver,
    lock,
)
from {{ cookiecutter.package_name }}.online.postgresql.session.embedded import programs
from {{ cookiecutter.package_name }}.online.session import url
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database

start = development.server_url.__wrapped__


async def test_the_embedded_server_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    async with connection_to(url.database_url()) as connection:
        found = await connection.exec_driver_sql("SELECT current_database()")
        assert found.scalar() == "postgres"


def test_an_installed_package_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(development, "PROJECT_ROOT", None)
    with pytest.raises(DatabaseError, match="this is an installed package"):
        start()


def test_without_the_development_dependencies(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        return None

    monkeypatch.setattr(programs, "find_spec", missing)
    programs.folder.cache_clear()
    with pytest.raises(DatabaseError, match="is not installed: set the variable"):
        start()


def test_a_server_that_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(development, "PROJECT_ROOT", tmp_path / "nowhere")
    with pytest.raises(DatabaseError, match="The embedded PostgreSQL cannot use"):
        start()


async def test_a_session_that_is_gone(database: Database) -> None:
    async with connection_to(database.url, autocommit=True) as connection:
        assert await blockers.blockers_of(connection, 2**30) is None


def test_a_pooler_that_takes_no_settings() -> None:
    error = DBAPIError("", {}, Exception("unsupported startup parameter: lock_timeout"))
    assert "give migrations a direct URL" in (driver.refusal(error) or "")


def test_the_lock_keeps_its_name() -> None:
    assert lock._KEY["first"] == 0x6D696772


def test_the_database_in_the_query_of_a_url() -> None:
    found = url.parse("postgresql://user@localhost/?dbname=data")
    assert found.database == "data"
    assert "dbname" not in found.query
