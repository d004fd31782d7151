"""Catches a backfill that forgets rows, fills too many, or goes on without a value."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online.operations import batches
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import DATABASE, Database, Sandbox, book, rows

TITLE = sa.Column("title", sa.String(100))
PAGES = sa.Column("pages", sa.Integer)
REQUIRED = sa.Column("title", sa.String(100), nullable=False)


@pytest.fixture
async def filled(sandbox: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Make a book with two empty columns and 100 rows, which are several batches."""
    monkeypatch.setattr(batches, "FIRST_BATCH", 10)
    monkeypatch.setattr(batches, "LARGEST_BATCH", 30)
    sandbox.revise(book(TITLE._copy(), PAGES._copy()))
    sandbox.upgrade()
    await database.execute(rows("book", 1, 100))
    return sandbox


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ('"title", value="\'x\'"', 100),
        ('"title", value="\'x\'", where="id <= 40"', 40),
        ('"title", value="\'x\'", pause=0.001, batch_seconds=0.0001', 100),
        ('"title", value=sa.func.lower(sa.literal("X"))', 100),
    ],
)
async def test_all_rows_that_are_meant(
    call: str, count: int, filled: Sandbox, database: Database
) -> None:
    filled.by_hand(f'    op.backfill("book", {call})')
    filled.upgrade()
    assert await database.values("SELECT count(*) FROM book WHERE title = 'x'") == [count]


async def test_an_empty_table(filled: Sandbox, database: Database) -> None:
    await database.execute("DELETE FROM book")
    filled.by_hand('    op.backfill("book", "title", value="\'x\'")')
    filled.upgrade()
    assert await database.values("SELECT title FROM book") == []


async def test_a_key_of_two_columns(
    sandbox: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "FIRST_BATCH", 7)
    models = book()
    key = (sa.Column(name, sa.Integer, primary_key=True, autoincrement=False) for name in "ab")
    sa.Table("page", models, *key, sa.Column("text", sa.String(10)))
    sandbox.revise(models)
    sandbox.upgrade()
    pairs = ", ".join(f"({number % 5}, {number})" for number in range(60))
    await database.execute(f"INSERT INTO page (a, b) VALUES {pairs}")
    sandbox.by_hand('    op.backfill("page", "text", value="b")')
    sandbox.upgrade()
    assert await database.values("SELECT count(*) FROM page WHERE text IS NULL") == [0]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('op.backfill("book", "title")', "no value"),
        ('op.backfill("book", "title", value_of="REVISION")', "holds no op.backfill"),
        ('op.backfill("loose", "title", value="1")', "no primary key to walk along"),
        ('op.refuse_downgrade("because")', "no downgrade: because"),
    ],
)
async def test_what_cannot_run_is_told(
    lines: str, said: str, filled: Sandbox, database: Database
) -> None:
    await database.execute("CREATE TABLE loose (title int)")
    base = filled.files()[0].stem.rpartition("_")[2]
    filled.by_hand(f"    {lines.replace('REVISION', base)}")
    with pytest.raises(DatabaseError, match=said):
        filled.upgrade()
    assert await database.values("SELECT count(*) FROM book WHERE title IS NOT NULL") == [0]


async def test_the_contract_takes_the_value_of_the_expand(
    sandbox: Sandbox, database: Database
) -> None:
    sandbox.revise(book())
    expand, contract = sandbox.revise(book(REQUIRED._copy()))
    sandbox.upgrade(expand.revision)
    await database.execute(rows("book", 1, 3))
    with pytest.raises(DatabaseError, match="NULL in 3 rows, and nobody has said"):
        sandbox.upgrade(contract.revision)
    path = Path(expand.path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("value=...", f'value="{DATABASE.PER_ROW}"'), encoding="utf-8")
    sandbox.upgrade()
    wrong = f"SELECT count(*) FROM book WHERE title <> {DATABASE.PER_ROW}"
    assert await database.values(wrong) == [0]


async def test_offline(filled: Sandbox, database: Database) -> None:
    head = filled.files()[-1].stem.rpartition("_")[2]
    filled.by_hand(f'    op.backfill("book", "title", value="{DATABASE.PER_ROW}")')
    await database.run_script(filled.sql(f"{head}:head"))
    assert await database.values("SELECT count(*) FROM book WHERE title IS NULL") == [0]


async def test_in_a_transaction_of_the_callers_it_refuses(
    filled: Sandbox, database: Database
) -> None:
    filled.by_hand('    op.backfill("book", "title", value="1")')
    async with connection_to(database.url) as connection:
        await connection.execute(sa.text("SELECT 1"))
        with pytest.raises(DatabaseError, match="commits in the middle"):
            await connection.run_sync(
                lambda c: command.upgrade(filled.config(connection=c), "head")
            )
