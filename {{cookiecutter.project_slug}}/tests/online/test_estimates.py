"""Catches a range upside down, a look that writes or takes long, an upgrade that says nothing."""

import json
import logging
import re

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from {{ cookiecutter.package_name }}.online.database import around
from {{ cookiecutter.package_name }}.online.deploy.plan import amounts, asked, look, measure
from {{ cookiecutter.package_name }}.online.deploy.plan.plan import Step
from {{ cookiecutter.package_name }}.online.deploy.plan.ranges import Range

from .planned import make, notes, typed
from .support import Database, Sandbox, rows

# More than are over in an instant, whatever is done to them.
MANY = 3 * measure.SMALL
# What each kind of work is called, on every database.
STEPS = {
    "add_column": ('op.add_column("book", sa.Column("n", sa.Integer))', "none of the rows"),
    "backfill": ('op.backfill("book", "title", value="\'x\'")', "writes rows, in batches"),
    "index": (
        'op.create_index("i", "book", ["title"])',
        "reads the rows and writes an index",
    ),
}


async def filled(door: Sandbox, database: Database) -> None:
    """Make the tables, with many rows."""
    await make(door, database)
    await database.execute(rows("book", 1, MANY))


async def steps_of(door: Sandbox, *lines: str) -> list[Step]:
    """Return the steps of a revision of these *lines*."""
    door.by_hand("\n".join(f"    {line}" for line in lines))
    [revision] = (await asked.plan()).revisions
    return revision.steps


@pytest.mark.parametrize("name", STEPS)
async def test_a_step_has_a_range(name: str, door: Sandbox, database: Database) -> None:
    await filled(door, database)
    lines, work = STEPS[name]
    [step] = await steps_of(door, lines)
    assert step.work == work
    assert step.range is not None
    assert 0 < step.range.low < step.range.high < 60
    assert (step.disk_bytes is not None) == (name != "add_column")


async def test_rows_are_only_read(door: Sandbox, database: Database) -> None:
    await filled(door, database)
    before = await database.values("SELECT title FROM book ORDER BY id")
    await steps_of(door, *(lines for lines, _ in STEPS.values()))
    assert await database.values("SELECT title FROM book ORDER BY id") == before


async def test_more_rows_take_longer(door: Sandbox, database: Database) -> None:
    await make(door, database)
    door.by_hand(f"    {STEPS['backfill'][0]}")
    [few] = (await asked.plan()).revisions[0].steps
    await database.execute(rows("book", 1, MANY))
    [many] = (await asked.plan()).revisions[0].steps
    assert few.range is not None
    assert many.range is not None
    assert few.range.high < many.range.high


async def test_what_a_column_holds_already_takes_less(door: Sandbox, database: Database) -> None:
    await filled(door, database)
    door.by_hand(f"    {STEPS['backfill'][0]}")
    [before] = (await asked.plan()).revisions[0].steps
    await database.execute("UPDATE book SET title = 'x'")
    [after] = (await asked.plan()).revisions[0].steps
    assert after.rewritten_bytes == 0
    assert before.range is not None
    assert after.range is not None
    assert after.range.high < before.range.high


async def test_a_second_backfill_of_a_column_finds_nothing(
    door: Sandbox, database: Database
) -> None:
    await filled(door, database)
    first, second = await steps_of(door, STEPS["backfill"][0], STEPS["backfill"][0])
    assert first.range is not None
    assert second.range is not None
    assert second.range.high < first.range.high


async def test_a_new_column_is_filled(door: Sandbox, database: Database) -> None:
    await filled(door, database)
    _, step = await steps_of(
        door,
        'op.add_column("book", sa.Column("n", sa.Integer))',
        'op.backfill("book", "n", value="id + coalesce(n, 0)")',
    )
    assert step.range is not None
    assert step.rewritten_bytes != 0


async def test_nobody_knows_what_sql_of_its_own_takes(door: Sandbox, database: Database) -> None:
    await filled(door, database)
    [step] = await steps_of(door, 'op.execute("UPDATE book SET pages = 1")')
    assert step.range is None
    said = await typed("plan")
    assert "     takes: not known\n" in said.output


async def test_a_value_that_cannot_be_read_is_no_fault_of_the_range(
    door: Sandbox, database: Database
) -> None:
    await filled(door, database)
    [step] = await steps_of(door, 'op.backfill("book", "title", value="no_such_column")')
    assert len(step.hindrances) == 1


async def test_json_has_numbers_with_units(door: Sandbox, database: Database) -> None:
    await filled(door, database)
    door.by_hand(f"    {STEPS['index'][0]}")
    plan = json.loads((await typed("plan", "--json")).output)
    [step] = plan["revisions"][0]["steps"]
    for name in ("seconds_low", "seconds_high", "disk_bytes"):
        assert isinstance(step[name], int | float)
    assert set(plan["around"]) == {"replicas", "disk_free_bytes", "notes"}
    assert step["holders"] == []


async def test_text_says_it_too(door: Sandbox, database: Database) -> None:
    await filled(door, database)
    door.by_hand("\n".join(f"    {lines}" for lines, _ in STEPS.values()))
    said = (await typed("plan")).output
    assert re.search(r"\[book: about [\d,]+ rows", said)
    assert re.search(r"takes: less than [\d.]+ s, .*needs about \d+ [kM]?B of disk", said)
    assert re.search(r"^  in all: .*, without waits for locks$", said, re.M)
    assert re.search(r"^disk: about \d+ [kM]B in all", said, re.M)


async def test_an_upgrade_says_what_it_took(
    door: Sandbox, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(door, database)
    script = door.by_hand(f"    {STEPS['backfill'][0]}")
    other = door.by_hand('    op.execute("UPDATE book SET pages = 1")')
    with caplog.at_level(logging.INFO, "alembic.runtime.migration"):
        door.upgrade()
    pattern = rf"^Took [\d.]+ s \(estimated: .* s\): {script.revision}$"
    assert len(re.findall(pattern, "\n".join(caplog.messages), re.M)) == 1
    told = [said for said in caplog.messages if said.startswith("Took")]
    assert not [said for said in told if other.revision in said]


async def test_what_is_around_may_be_hidden(
    door: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(door, database)
    door.by_hand(f"    {STEPS['add_column'][0]}")

    def refuse(*_: object) -> None:
        raise DBAPIError("SELECT", None, Exception("it is denied to you"))

    monkeypatch.setattr(around, "holders", refuse)
    monkeypatch.setattr(around, "surroundings", refuse)
    plan = await asked.plan()
    assert notes(plan)[0].startswith("Who holds locks cannot be seen: ")
    assert plan.around.notes[0].startswith("Replicas and free disk cannot be seen: ")
    assert (await typed("plan")).exit_code == 0


async def test_a_sample_is_read_once(
    door: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(door, database)
    asked_for: list[sa.Select[tuple[int]]] = []
    ask = look.Look.ask

    def count(self: look.Look, query: sa.Select[tuple[int]]) -> list[object]:
        asked_for.append(query)
        return ask(self, query)

    monkeypatch.setattr(look.Look, "ask", count)
    door.by_hand("\n".join(f'    op.create_index("i{n}", "book", ["pages"])' for n in range(3)))
    await asked.plan()
    assert 1 <= len(asked_for) <= 4


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0123, "0.012 s"), (5, "5 s"), (99.6, "100 s"), (600, "10 min"), (7200, "2.0 h")],
)
def test_seconds_are_told(seconds: float, said: str) -> None:
    assert amounts.duration(seconds) == said


def test_ranges_and_bytes_are_told() -> None:
    assert amounts.between(Range(0.1, 0.5)) == "less than 0.5 s"
    assert amounts.between(Range(3, 150)) == "3 s to 2 min"
    assert amounts.size(3 * 1024**3) == "3 GB"
    assert amounts.size(12) == "12 bytes"
