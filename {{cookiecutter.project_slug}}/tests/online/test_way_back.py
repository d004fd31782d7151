"""Catches a downgrade that stops half way: a range goes back whole, or nothing starts."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import VERSION_TABLE, Database, Sandbox, book, rows


def required() -> sa.Column[int]:
    """Return the column that goes, and that cannot come back to rows."""
    return sa.Column("pages", sa.Integer, nullable=False)


async def test_a_column_that_rows_have_lost(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(book(required()))
    sandbox.upgrade()
    sandbox.revise(book())
    sandbox.upgrade()
    await database.execute(rows("book", 1, 3))
    before = await database.schema()
    stamp = await database.values(f"SELECT version_num FROM {VERSION_TABLE}")
    with pytest.raises(DatabaseError, match="The downgrade was not started.* 1 reason") as refusal:
        sandbox.downgrade("-2")
    assert "book has 3 rows, which hold nothing in book.pages" in str(refusal.value)
    assert await database.schema() == before
    assert await database.values(f"SELECT version_num FROM {VERSION_TABLE}") == stamp
    await database.execute("DELETE FROM book")
    sandbox.downgrade("-2")
    sandbox.upgrade()
    assert await database.schema() == before
    command.check(sandbox.config(book()))


async def test_one_without_a_way_back_in_the_range(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(book())
    one_way = sandbox.by_hand('    op.add_column("book", sa.Column("a", sa.Integer))')
    path = Path(one_way.path)
    text = path.read_text(encoding="utf-8")
    mark = '"""Take the change back."""\n'
    refuses = "    op.refuse_downgrade('its rows are gone')\n"
    path.write_text(text.replace(mark, mark + refuses, 1), encoding="utf-8")
    last = sandbox.revise(book(sa.Column("a", sa.Integer), sa.Column("b", sa.Integer)))[-1]
    sandbox.upgrade()
    before = await database.schema()
    with pytest.raises(DatabaseError, match="has no downgrade: its rows are gone"):
        sandbox.downgrade("-2")
    assert await database.schema() == before
    stamp = await database.values(f"SELECT version_num FROM {VERSION_TABLE}")
    assert stamp == [last.revision]
    sandbox.downgrade("-1")
    assert await database.schema() != before


async def test_rows_that_break_what_was(sandbox: Sandbox, database: Database) -> None:
    rule = sa.UniqueConstraint("pages")
    sandbox.revise(book(sa.Column("pages", sa.Integer), rule))
    sandbox.revise(book(sa.Column("pages", sa.Integer)))
    sandbox.upgrade()
    await database.execute(rows("book", 1, 3), "UPDATE book SET pages = 7")
    before = await database.schema()
    with pytest.raises(DatabaseError, match="3 rows are alike in pages"):
        sandbox.downgrade("-1")
    assert await database.schema() == before
