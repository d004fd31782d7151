"""Catches a backfill that nobody gave a value: it must stop before anything is changed."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import VERSION_TABLE, Database, Sandbox, book, rows


@pytest.fixture
def unset(sandbox: Sandbox) -> str:
    """Write a revision whose backfill has no value; return the place of the value, file:line."""
    sandbox.revise(book())
    sandbox.upgrade()
    script = sandbox.revise(book(sa.Column("title", sa.String(100), nullable=False)))[0]
    lines = Path(script.path).read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "value=..." in text)
    return f"{script.path}:{line}"


async def test_refusal_names_everything_and_changes_nothing(
    unset: str, sandbox: Sandbox, database: Database
) -> None:
    await database.execute(rows("book", 1, 3))
    before = await database.schema()
    stamp = await database.values(f"SELECT version_num FROM {VERSION_TABLE}")
    with pytest.raises(DatabaseError) as refusal:
        sandbox.upgrade()
    assert unset in str(refusal.value)
    assert "book has 3 rows" in str(refusal.value)
    assert "book.title" in str(refusal.value)
    assert await database.schema() == before
    assert await database.values(f"SELECT version_num FROM {VERSION_TABLE}") == stamp


async def test_an_empty_table_passes(unset: str, sandbox: Sandbox, database: Database) -> None:
    sandbox.upgrade()
    assert await database.values("SELECT title FROM book") == []
