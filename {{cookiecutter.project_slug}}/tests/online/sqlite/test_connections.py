"""Catches a connection that SQLite's defaults would betray: keys, waits, transactions, moments."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from {{ cookiecutter.package_name }}.db.base import Moment
from {{ cookiecutter.package_name }}.db.session import create_engine, session_of
from {{ cookiecutter.package_name }}.online.session import url
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database


async def pragma(connection: AsyncConnection, name: str) -> object:
    """Return what a PRAGMA says."""
    return await connection.scalar(sa.text(f"PRAGMA {name}"))


async def test_pragmas_of_the_service(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_BUSY_TIMEOUT", "4321")
    await database.execute("CREATE TABLE t (a)")
    engine = create_engine()
    async with engine.connect() as connection:
        assert await pragma(connection, "foreign_keys") == 1
        assert await pragma(connection, "journal_mode") == "wal"
        assert await pragma(connection, "synchronous") == 1
        assert await pragma(connection, "busy_timeout") == 4321
    await engine.dispose()


async def test_ddl_is_part_of_the_transaction(database: Database) -> None:
    async with connection_to(database.url) as connection:
        await connection.exec_driver_sql("CREATE TABLE t (a)")
        await connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        await connection.exec_driver_sql("ALTER TABLE t ADD COLUMN b")
        await connection.rollback()
    assert await database.schema() == []


async def test_autocommit_commits_each_statement(database: Database) -> None:
    async with connection_to(database.url, autocommit=True) as connection:
        await connection.exec_driver_sql("CREATE TABLE t (a)")
        await connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        assert await database.values("SELECT a FROM t") == [1]


async def test_a_session_may_take_the_right_to_write_at_once(database: Database) -> None:
    await database.execute("CREATE TABLE t (a)")
    engine = create_engine()
    async with session_of(engine) as session:
        await session.connection(execution_options={"begin": "IMMEDIATE"})
        async with connection_to(database.url, session={"busy_timeout": "1"}) as other:
            with pytest.raises(DBAPIError, match="locked"):
                await other.exec_driver_sql("INSERT INTO t VALUES (1)")
        await session.execute(sa.text("INSERT INTO t VALUES (2)"))
    await engine.dispose()
    assert await database.values("SELECT a FROM t") == [2]


async def test_moments_come_back_with_their_time_zone(database: Database) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("at", Moment))
    noon = datetime(2026, 1, 2, 12, tzinfo=timezone(timedelta(hours=2)))
    async with connection_to(database.url) as connection:
        await connection.run_sync(table.metadata.create_all)
        await connection.execute(table.insert(), {"at": noon})
        found = await connection.scalar(sa.select(table.c.at))
        assert (found, found.tzinfo) == (noon, UTC)  # type: ignore[union-attr]
        with pytest.raises(StatementError, match="no time zone"):
            await connection.execute(table.insert(), {"at": noon.replace(tzinfo=None)})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sqlite://", "leads to no file"),
        ("sqlite:///:memory:", "leads to no file"),
        ("sqlite:///file:x?mode=memory&uri=true", "more than a path"),
        ("sqlite://user:Tr0ub4dor@host/x", "more than a path"),
        ("oracle://user:Tr0ub4dor@host/x", "sqlite://"),
        ("Tr0ub4dor", "cannot be read"),
    ],
)
async def test_what_leads_to_no_file_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(DatabaseError, match=sentence) as refusal:
        async with connection_to(url.parse(text)):
            pass
    assert "Tr0ub4dor" not in str(refusal.value)


def test_production_needs_a_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(DatabaseError, match="DATABASE_URL is not set"):
        url.database_url()


def test_without_a_url_the_file_lies_in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    folder = Path(__file__).resolve().parents[3]
    name = "{{ cookiecutter.package_name }}.sqlite3"
    assert url.database_url().database == str(folder / name)


def test_a_wrong_setting_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "nowhere")
    with pytest.raises(DatabaseError, match="ENVIRONMENT: .*'development' or 'production'"):
        url.database_url()
