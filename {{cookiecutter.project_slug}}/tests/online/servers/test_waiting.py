"""Catches a migration that waits for ever, does not say for whom, or goes on without its lock."""

import asyncio
import gc
import logging

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.session.url import migrations_url

from ..support import DATABASE, Database, Sandbox, book, rows, upgrades

TITLE = sa.Column("title", sa.String(100))


@pytest.fixture
async def filled(sandbox: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Make a book with rows; a migration has little patience."""
    for name, value in (("TIMEOUT", "300"), ("PATIENCE", "2")):
        monkeypatch.setenv(f"MIGRATIONS_LOCK_{name}", value)
    sandbox.revise(book(TITLE._copy()))
    sandbox.upgrade()
    await database.execute(rows("book", 1, 5), "UPDATE book SET title = 'secret' WHERE id = 1")
    return sandbox


async def test_a_table_in_use(
    filled: Sandbox, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    filled.revise(book(TITLE._copy(), sa.Column("pages", sa.Integer)))
    async with connection_to(database.url) as other:
        await other.execute(sa.text("SELECT count(*) FROM book WHERE title = 'secret'"))
        with pytest.raises(DatabaseError, match="A lock was not to be had within 2 s"):
            await asyncio.to_thread(filled.upgrade)
    [told] = [line for line in caplog.messages if line.startswith("Waiting for")]
    assert "secret" not in told
    filled.upgrade()
    assert await database.values("SELECT pages FROM book WHERE id = 1") == [None]


async def test_rows_that_are_locked(filled: Sandbox, database: Database) -> None:
    filled.by_hand('    op.backfill("book", "title", value="\'x\'")')
    async with connection_to(database.url) as other:
        await other.execute(sa.text("UPDATE book SET title = NULL WHERE id = 5"))
        with pytest.raises(DatabaseError, match="book: rows stayed locked for 2 s"):
            await asyncio.to_thread(filled.upgrade)
    filled.upgrade()
    assert await database.values("SELECT count(*) FROM book WHERE title IS NULL") == [0]


@pytest.mark.parametrize(
    ("holds_lock", "said"),
    [(True, "keeps other migrations away"), (False, "The database could not go on")],
)
async def test_a_session_that_is_cut(
    holds_lock: bool, said: str, sandbox: Sandbox, database: Database
) -> None:
    sandbox.by_hand(f'    op.execute("{DATABASE.SLEEP}")')
    migration = asyncio.create_task(asyncio.to_thread(sandbox.upgrade))
    async with connection_to(database.url, autocommit=True) as connection:
        while not await sleeping(database):
            await asyncio.sleep(0.05)
        assert await DATABASE.cut(connection, holds_lock=holds_lock)
    with pytest.raises(DatabaseError, match=said):
        await migration


async def sleeping(database: Database) -> bool:
    """Tell whether the migration's statement runs."""
    [found] = await database.values(DATABASE.SLEEPING)
    return bool(found)


async def test_a_question_without_an_answer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIGRATIONS_ANSWER_PATIENCE", "1")
    with pytest.raises(DatabaseError, match="has not answered for 1 s|read timeout"):
        async with connection_to(database.url, prompt=True) as connection:
            await connection.exec_driver_sql(DATABASE.SLEEP)


async def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATIONS_ANSWER_PATIENCE", "0.5")
    silent = await asyncio.start_server(lambda *_: asyncio.sleep(30), "127.0.0.1", 0)
    host, port = silent.sockets[0].getsockname()
    url = migrations_url().set(host=host, port=port)
    with pytest.raises(DatabaseError, match="Cannot connect to"):
        async with connection_to(url):
            pass
    silent.close()


# asyncmy does not close what was refused.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_database_that_is_not_there(database: Database) -> None:
    with pytest.raises(DatabaseError, match="the database does not exist"):
        async with connection_to(database.url.set(database="nowhere")):
            pass
    gc.collect()


async def test_rows_that_are_locked_for_a_while(filled: Sandbox, database: Database) -> None:
    filled.by_hand('    op.backfill("book", "title", value="\'x\'")')
    async with connection_to(database.url) as other:
        await other.execute(sa.text("UPDATE book SET title = NULL WHERE id = 5"))
        migration = asyncio.create_task(asyncio.to_thread(filled.upgrade))
        await asyncio.sleep(1)
        await other.rollback()
        await migration
    assert await database.values("SELECT count(*) FROM book WHERE title IS NULL") == [0]


async def test_a_comment_changes(filled: Sandbox, database: Database) -> None:
    commented = TITLE._copy()
    commented.comment = "100 % of it's title"
    assert upgrades(filled.revise(book(commented))) == ["alter_column"]
    filled.upgrade()
    assert filled.revise(book(commented._copy())) == []
