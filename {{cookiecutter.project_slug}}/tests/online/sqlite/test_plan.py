"""Catches what a plan does not see of SQLite: batches, a file that may only be read, long looks."""

import os
import time
from pathlib import Path

import pytest

from {{ cookiecutter.package_name }}.online.deploy.plan import asked

from ..planned import ROWS, make, notes, reasons, sentences
from ..support import Database, Sandbox

SLOW = (
    "(WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 900000000) "
    "SELECT count(*) FROM n) > 0"
)


async def test_a_batch_is_looked_into(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    script = door.by_hand(
        '    with op.batch_alter_table("book") as batch:\n'
        '        batch.alter_column("pages", nullable=False)\n'
        '        batch.create_unique_constraint("one", ["title"])\n'
        '        batch.create_foreign_key("there", "shelf", ["pages"], ["id"])\n'
        '        batch.drop_column("no_such_column")\n'
    )
    plan = await asked.plan()
    assert sentences(plan) == [
        "book.pages cannot become NOT NULL: 1 rows hold NULL (fill them with op.backfill, or "
        "correct what writes them)",
        "book cannot be unique by one: 2 rows are alike in title",
        "book cannot take the foreign key there: 1 rows refer to rows of shelf that do not exist",
        "There is no column book.no_such_column",
    ]
    text = Path(script.path).read_text(encoding="utf-8").splitlines()
    assert [
        text[step.line - 1].split(".")[1][:12] for step in plan.revisions[0].steps if step.line
    ] == [
        "alter_column",
        "create_uniqu",
        "create_forei",
        "drop_column(",
    ]


async def test_a_long_look_is_given_up(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand(f'    op.create_check_constraint("slow", "book", "{SLOW}")')
    began = time.monotonic()
    plan = await asked.plan(seconds=0.2)
    assert time.monotonic() - began < 10
    assert sentences(plan) == []
    assert "Rows of book that break it could not be counted in 0.2 s" in notes(plan)


async def test_a_file_that_may_only_be_read(
    door: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make(door, database)
    door.by_hand('    op.drop_table("loose")')
    # Root may write any file.
    real = os.access
    file = str(database.url.database)
    monkeypatch.setattr(os, "access", lambda path, how: str(path) != file and real(path, how))
    [told] = await reasons()
    assert told == f"This user may not write {database.url.database}, or its folder"


async def test_the_look_itself_writes_nothing(door: Sandbox, database: Database) -> None:
    await make(door, database)
    before = Path(str(database.url.database)).read_bytes()
    door.by_hand('    op.drop_table("loose")')
    assert await reasons() == []
    assert Path(str(database.url.database)).read_bytes() == before
