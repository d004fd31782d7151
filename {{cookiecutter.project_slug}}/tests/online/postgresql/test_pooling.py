"""Catches an engine that leaves something behind for whoever gets its connection next.

A pooler in transaction mode hands the server's connection on after each transaction.
"""

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.db.session import create_engine, session_of
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database

STATEMENTS = sa.text("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''")


async def left_behind() -> int:
    """Return how many prepared statements the engine's connection keeps between transactions."""
    engine = create_engine()
    try:
        for _ in range(3):
            async with session_of(engine) as session:
                assert await session.scalar(sa.text("SELECT 1")) == 1
        async with session_of(engine) as session:
            return int(await session.scalar(STATEMENTS) or 0)
    finally:
        await engine.dispose()


async def test_statements_are_kept_for_the_session(database: Database) -> None:
    assert await left_behind() > 0


async def test_nothing_outlives_a_transaction(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_POOLING", "transaction")
    assert await left_behind() == 0


async def test_another_mode_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_POOLING", "statement")
    with pytest.raises(DatabaseError, match="DATABASE_POOLING"):
        create_engine()
