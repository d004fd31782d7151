"""Catches a session that a step would wait for and a plan does not tell of, and one too many."""

import os
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.online.deploy.plan import asked
from {{ cookiecutter.package_name }}.online.deploy.plan.seen import Holder
from {{ cookiecutter.package_name }}.online.operations.foresight.footprint import Footprint
from {{ cookiecutter.package_name }}.online.postgresql.deploy import disk, lock_modes
from {{ cookiecutter.package_name }}.online.postgresql.deploy.costs import _stays
from {{ cookiecutter.package_name }}.online.postgresql.operations import footprints
from {{ cookiecutter.package_name }}.online.session.connect import connection_to

from ..planned import ROWS, make, typed
from ..support import Database, Sandbox, rows

ADD = 'op.add_column("book", sa.Column("n", sa.Integer))'
BUILD = 'op.create_index_concurrently("i", "book", ["pages"])'
READS = "SELECT * FROM book WHERE title = 'secret'"
WRITES = "UPDATE book SET title = 'secret'"


async def holders_of(door: Sandbox, database: Database, line: str, statement: str) -> list[Holder]:
    """Return whom *line* would wait for while *statement* is in a transaction."""
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand(f"    {line}")
    async with connection_to(database.url) as other:
        await other.execute(sa.text(statement))
        [revision] = (await asked.plan()).revisions
        return revision.steps[0].holders


@pytest.mark.parametrize(
    ("line", "statement", "count"),
    [
        (ADD, READS, 1),
        (ADD, WRITES, 1),
        (ADD, "SELECT * FROM shelf", 0),
        # Without a snapshot: a read that asyncpg has not let go of holds one.
        (BUILD, "LOCK TABLE book IN ACCESS SHARE MODE", 0),
        (BUILD, WRITES, 1),
        ('op.drop_index_concurrently("i", table_name="book")', READS, 1),
        ('op.create_foreign_key_not_valid("k", "book", "shelf", ["pages"], ["id"])', READS, 0),
        (
            'op.create_foreign_key_not_valid("k", "book", "shelf", ["pages"], ["id"])',
            "INSERT INTO shelf VALUES (7)",
            1,
        ),
        ('op.validate_constraint("no_such_rule", "book")', WRITES, 0),
        ('op.backfill("book", "pages", value="1")', WRITES, 0),
        ('op.backfill("book", "pages", value="1")', "LOCK TABLE book IN SHARE MODE", 1),
    ],
)
async def test_who_would_make_a_step_wait(
    line: str, statement: str, count: int, door: Sandbox, database: Database
) -> None:
    assert len(await holders_of(door, database, line, statement)) == count


async def test_an_old_snapshot_makes_a_build_wait(door: Sandbox, database: Database) -> None:
    await make(door, database)
    door.by_hand(f"    {BUILD}")
    async with connection_to(database.url) as other:
        await other.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        await other.execute(sa.text("SELECT count(*) FROM shelf"))
        [revision] = (await asked.plan()).revisions
    assert len(revision.steps[0].holders) == 1


async def test_what_is_told_of_a_holder(door: Sandbox, database: Database) -> None:
    [holder] = await holders_of(door, database, ADD, WRITES)
    assert holder.user == database.url.username or holder.user
    assert holder.application
    assert holder.state == "idle in transaction"
    assert holder.seconds is not None
    assert holder.seconds < 60
    assert holder.statement == "UPDATE book SET title = …"
    assert holder.surely


async def test_a_holder_stands_in_the_text(door: Sandbox, database: Database) -> None:
    await make(door, database)
    door.by_hand(f"    {ADD}")
    async with connection_to(database.url) as other:
        await other.execute(sa.text(READS))
        said = (await typed("plan")).output
    assert "     would wait for " in said
    assert "idle in transaction, in a transaction for " in said
    assert "secret" not in said


async def test_without_the_right_to_see_others(
    door: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    name = f"seer_{database.url.database}"[:60]
    await database.execute(
        f"CREATE ROLE \"{name}\" LOGIN PASSWORD 'secret'",
        f'GRANT ALL ON alembic_version TO "{name}"',
        f'ALTER TABLE book OWNER TO "{name}"',
    )
    try:
        door.by_hand(f"    {ADD}")
        url = database.url.set(username=name, password="secret")
        monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
        async with connection_to(database.url) as other:
            await other.execute(sa.text(WRITES))
            plan = await asked.plan()
        [holder] = plan.revisions[0].steps[0].holders
        assert holder.state == "not shown to this role without pg_monitor"
        assert holder.statement is None
        assert plan.all_hindrances == []
        assert plan.around.disk_free_bytes is None
    finally:
        await database.execute(
            f'REASSIGN OWNED BY "{name}" TO CURRENT_USER',
            f'DROP OWNED BY "{name}"',
            f'DROP ROLE "{name}"',
        )


async def test_no_rows_of_a_large_table_are_all_read(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(rows("book", 1, 20_000), "ANALYZE book")
    door.by_hand('    op.create_index_concurrently("i", "book", ["title"])')
    [step] = (await asked.plan()).revisions[0].steps
    assert step.scanned_bytes is not None
    assert step.bytes is not None
    assert 0 < step.scanned_bytes < step.bytes


async def test_an_index_of_some_rows_needs_less(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(rows("book", 1, 20_000), "ANALYZE book")
    door.by_hand(
        '    op.create_index_concurrently("i", "book", ["title"])\n'
        '    op.create_index_concurrently("j", "book", ["title"], '
        'postgresql_where=sa.text("id < 2000"))\n'
        '    op.create_index_concurrently("k", "book", ["title"], postgresql_include=["id"])\n'
    )
    whole, some, more = (await asked.plan()).revisions[0].steps
    assert whole.disk_bytes is not None
    assert some.disk_bytes is not None
    assert more.disk_bytes is not None
    assert some.disk_bytes < whole.disk_bytes / 2
    assert more.disk_bytes > whole.disk_bytes


@pytest.mark.parametrize(
    "line",
    [
        'op.create_index("i", "book", ["pages"], postgresql_using="brin")',
        'op.create_exclusion("e", "book", "EXCLUDE (int4range(id, pages) WITH &&)")',
        'op.rename_table("book", "tome")\n    op.set_not_null("tome", "title")',
    ],
)
async def test_what_nobody_knows_is_not_made_up(
    line: str, door: Sandbox, database: Database
) -> None:
    await make(door, database)
    await database.execute(rows("book", 1, 3000), "ANALYZE book")
    door.by_hand(f"    {line}")
    plan = await asked.plan()
    assert plan.revisions[0].steps[-1].range is None
    assert plan.revisions[0].range is None


@pytest.mark.parametrize(
    ("line", "work"),
    [
        (ADD, "none of the rows"),
        (
            'op.add_column("book", sa.Column("n", sa.Integer, server_default="7"))',
            "none of the rows",
        ),
        (
            'op.add_column("book", sa.Column("n", sa.DateTime, server_default=sa.text("now()")))',
            "none of the rows",
        ),
        (
            'op.add_column("book", sa.Column("n", sa.Uuid, '
            'server_default=sa.text("gen_random_uuid()")))',
            "writes the table anew",
        ),
        (
            'op.add_column("book", sa.Column("n", sa.Integer, sa.Computed("id", persisted=True)))',
            "writes the table anew",
        ),
        (
            'op.add_column("book", sa.Column("n", sa.Integer, sa.Identity()))',
            "writes the table anew",
        ),
        ('op.alter_column("book", "title", type_=sa.Text())', "none of the rows"),
        ('op.alter_column("book", "title", type_=sa.String(200))', "none of the rows"),
        ('op.alter_column("book", "title", type_=sa.String(50))', "writes the table anew"),
        ('op.alter_column("book", "pages", type_=sa.BigInteger())', "writes the table anew"),
        ('op.set_not_null("book", "title")', "reads the rows"),
        (
            'op.create_unique_using_index("u", "book", ["title"])',
            "reads the rows and writes an index",
        ),
    ],
)
async def test_what_is_done_with_the_rows(
    line: str, work: str, door: Sandbox, database: Database
) -> None:
    await make(door, database)
    await database.execute("INSERT INTO book (id, title) VALUES (1, 'a')")
    door.by_hand(f"    {line}")
    [step] = (await asked.plan()).revisions[0].steps
    assert step.work == work
    if work == "writes the table anew":
        assert step.lock == "ACCESS EXCLUSIVE until it ends"


@pytest.mark.parametrize(
    ("old", "new", "stays"),
    [
        (sa.Numeric(8, 2), sa.Numeric(12, 2), True),
        (sa.Numeric(8, 2), sa.Numeric(12, 4), False),
        (sa.Numeric(8, 2), sa.Numeric(), True),
        (sa.Numeric(), sa.Numeric(8, 2), False),
        (sa.Text(), sa.String(20), False),
        (sa.CHAR(3), sa.String(3), False),
        (sa.Integer(), sa.Integer(), True),
        (sa.Integer(), sa.Text(), False),
    ],
)
def test_types_that_leave_the_rows_alone(old: object, new: object, *, stays: bool) -> None:
    assert _stays(old, new) == stays


async def test_a_partitioned_table_is_as_large_as_its_parts(
    door: Sandbox, database: Database
) -> None:
    await make(door, database)
    await database.execute(
        "CREATE TABLE part (id integer) PARTITION BY RANGE (id)",
        "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (100000)",
        "INSERT INTO part SELECT generate_series(0, 5000)",
    )
    door.by_hand('    op.create_index("i", "part", ["id"])')
    [step] = (await asked.plan()).revisions[0].steps
    assert (step.rows, step.range is not None) == (5001, True)
    assert step.bytes is not None
    assert step.bytes > 100_000


@pytest.mark.parametrize(
    ("lock", "waits_for", "among", "not_among"),
    [
        ("none on a table", "", "", "AccessShare RowShare RowExclusive AccessExclusive"),
        ("ACCESS EXCLUSIVE, for an instant", "", "AccessShare RowShare AccessExclusive", ""),
        (
            "SHARE UPDATE EXCLUSIVE, which writers pass",
            "",
            "ShareUpdateExclusive AccessExclusive",
            "RowExclusive AccessShare RowShare",
        ),
        ("ROW EXCLUSIVE", "", "Share Exclusive", "RowExclusive ShareUpdateExclusive"),
        ("SHARE UPDATE EXCLUSIVE", footprints.OLDER, "RowExclusive", "AccessShare"),
        ("SHARE UPDATE EXCLUSIVE", footprints.USERS, "RowExclusive AccessShare", ""),
    ],
)
def test_locks_in_the_way(lock: str, waits_for: str, among: str, not_among: str) -> None:
    found = lock_modes.modes_in_the_way(Footprint(lock, waits_for=waits_for))
    assert {f"{mode}Lock" for mode in among.split()} <= found
    assert not {f"{mode}Lock" for mode in not_among.split()} & found


async def test_free_disk_is_known_where_the_server_is_on_this_machine(database: Database) -> None:
    async with connection_to(database.url, autocommit=True) as connection:
        free = await connection.run_sync(disk.free_bytes)
        is_local = await connection.scalar(sa.text("SELECT inet_server_addr() IS NULL"))
        folder = Path(await connection.scalar(sa.text("SHOW data_directory")))
    if is_local and os.access(folder / "postmaster.pid", os.R_OK):
        assert free == pytest.approx(shutil.disk_usage(folder).free, rel=0.2)
    else:
        assert free is None


async def test_a_folder_of_another_server_is_not_taken_for_this_one(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "postmaster.pid").write_text("1\n/\n4242\n", encoding="utf-8")
    asked_for = "SELECT '{folder}' AS folder, true AS is_local, {started} AS started"
    free = []
    async with connection_to(database.url, autocommit=True) as connection:
        for started in (4240, 4000):
            text = sa.text(asked_for.format(folder=tmp_path, started=started))
            monkeypatch.setattr(disk, "_SERVER", text)
            free.append(await connection.run_sync(disk.free_bytes))
    assert free[0] is not None
    assert free[1] is None
