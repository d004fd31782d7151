"""Catches a rule that rows break: it is told in one sentence, changes nothing, and works later."""

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import Database, Sandbox, book, rows


def pages(*rules: sa.schema.SchemaItem, **options: object) -> sa.MetaData:
    """Return a book with a column of numbers, and *rules* on it."""
    column = sa.Column("pages", sa.Integer, **options)  # type: ignore[arg-type]
    return book(column, *rules)


async def test_null(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise(pages())
    sandbox.upgrade()
    await database.execute(rows("book", 1, 3))
    before = await database.schema()
    sandbox.revise(pages(nullable=False))
    with pytest.raises(DatabaseError, match="pages cannot become NOT NULL: 3 rows hold NULL"):
        sandbox.upgrade()
    assert await database.schema() == before
    await database.execute("UPDATE book SET pages = 1")
    sandbox.upgrade()
    command.check(sandbox.config(pages(nullable=False)))


async def test_rows_that_old_code_wrote_meanwhile_are_filled(
    sandbox: Sandbox, database: Database
) -> None:
    sandbox.revise(pages())
    sandbox.upgrade()
    await database.execute(rows("book", 1, 3))
    sandbox.revise(pages(nullable=False, info={"backfill": "id * 2"}))
    sandbox.upgrade()
    assert await database.values("SELECT pages FROM book ORDER BY id") == [2, 4, 6]
    sandbox.downgrade("-1")
    await database.execute(rows("book", 4, 4))
