"""Catches a row of the catalogue that comes out otherwise, or that does not lead there and back."""

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import Script
from sqlalchemy.exc import DBAPIError

from {{ cookiecutter.package_name }}.online.postgresql.write import snapshot
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.write.snapshot import differences, without

from ...support import NOTED, Database, Sandbox
from ..scratch import scratch_database
from .cases import CASES, UNSEEN, Case, Unseen
from .models import insert, models
from .values import labels_in, row

# More than one batch of a backfill is ``test_batches.py``'s concern.
ROWS = 30
WRITTEN = [case for case in CASES if not case.refused]
CASTS = re.compile(r"::(?:character varying|text)(?:\[\])?|[()]")
REFUSED = [case for case in CASES if case.refused]


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case.name)
async def test_row(case: Case, sandbox: Sandbox, database: Database) -> None:
    before, after = models(case.before), models(case.after)
    first = sandbox.revise_first(before)
    change = sandbox.revise(after, allow=case.allow or None)
    said(case, change)
    sandbox.upgrade(first.revision)
    await fill(database, before)
    start = await database.schema()
    if case.author_writes:
        with pytest.raises(DatabaseError, match=f"invoice has {ROWS} rows"):
            sandbox.upgrade()
        assert await database.schema() == start
        write_value(case, change[0])
    if case.since > await version(database):
        with pytest.raises(DBAPIError):
            sandbox.upgrade()
        return
    sandbox.upgrade()
    command.check(sandbox.config(after))
    end = await database.schema()
    await ends_at(after, database)
    assert await database.values("SELECT count(*) FROM invoice") == [ROWS]
    if case.one_way:
        # What has gone does not come back: the way back is that of empty tables.
        await database.execute("TRUNCATE invoice CASCADE")
    sandbox.downgrade(first.revision)
    assert without_casts(await database.schema()) == without_casts(start)
    sandbox.upgrade()
    assert await database.schema() == end
    async with scratch_database() as url:
        by_script = Database(url)
        await by_script.run_script(sandbox.sql())
        assert await by_script.schema() == end


@pytest.mark.filterwarnings("ignore:Computed default on")  # Alembic's words beside our refusal
@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused(case: Case, sandbox: Sandbox) -> None:
    sandbox.revise_first(models(case.before))
    with pytest.raises(DatabaseError) as refusal:
        sandbox.revise(models(case.after))
    assert [text for text in case.refused if text not in str(refusal.value)] == []
    assert len(sandbox.files()) == 1


@pytest.mark.parametrize("case", UNSEEN, ids=lambda case: case.name)
def test_what_is_not_seen(case: Unseen, sandbox: Sandbox) -> None:
    sandbox.revise_first(models(case.before))
    assert sandbox.revise(models(case.after)) == []


async def ends_at(known: sa.MetaData, database: Database) -> None:
    """Assert that the server keeps what it keeps of the models created on an empty database."""
    async with connection_to(database.url) as connection:
        found = without(await connection.run_sync(snapshot.read), *NOTED)
    async with scratch_database() as url, connection_to(url) as connection:
        await connection.run_sync(snapshot.create, known)
        wanted = await connection.run_sync(snapshot.read)
    left = [one for one in differences(wanted, found) if not snapshot.may_stay(one)]
    assert left == []


def without_casts(lines: list[str]) -> list[str]:
    """Return *lines* with rules as PostgreSQL writes them down again: its casts wander."""
    return [CASTS.sub("", line) if " CHECK " in line else line for line in lines]


def said(case: Case, change: list[Script]) -> None:
    """Assert that the files hold what the row says, in the phases that it says."""
    files = {s.module.phase: Path(s.path).read_text(encoding="utf-8") for s in change}
    wanted = {"expand": case.expand, "contract": case.contract}
    assert list(files) == [phase for phase in wanted if wanted[phase]]
    for phase, text in files.items():
        assert [fragment for fragment in wanted[phase] if fragment not in text] == [], text


def write_value(case: Case, expand: Script) -> None:
    """Do what the author does: write the value in the one marked line."""
    path = Path(expand.path)
    text = path.read_text(encoding="utf-8")
    assert text.count("value=...") == 1
    path.write_text(text.replace("value=...", f"value={case.author_writes!r}"), encoding="utf-8")


async def fill(database: Database, known: sa.MetaData) -> None:
    """Put rows into every table."""
    async with connection_to(database.url) as connection:
        for table in known.sorted_tables:
            given: list[dict[str, Any]] = [row(table, set(), labels_in(known)) for _ in range(ROWS)]
            await insert(connection, table, given)
        await connection.commit()


async def version(database: Database) -> int:
    """Return the server's major version."""
    [found] = await database.values("SHOW server_version_num")
    return int(found) // 10000
