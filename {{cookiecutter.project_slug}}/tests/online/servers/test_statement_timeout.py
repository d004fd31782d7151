"""Catches a statement of the service without a bound, and a migration that has the service's."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from {{ cookiecutter.package_name }}.db.session import create_engine, session_of
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import sentence_for

from ..support import DATABASE, Database


async def test_a_statement_of_the_service_has_a_bound(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_STATEMENT_TIMEOUT", "0.3")
    engine = create_engine()
    with pytest.raises(DBAPIError) as cancelled:
        async with session_of(engine) as session:
            await session.execute(sa.text(DATABASE.SLOW))
    await engine.dispose()
    assert "cancelled" in str(sentence_for(cancelled.value))


async def test_a_migration_has_none(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_STATEMENT_TIMEOUT", "0.3")
    async with connection_to(database.url) as connection:
        await connection.execute(sa.text(DATABASE.SLOW))
