"""Catches a process that writes to the file and a plan does not tell of, and sizes that it makes up."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from {{ cookiecutter.package_name }}.online.deploy.plan import asked
from {{ cookiecutter.package_name }}.online.sqlite.deploy import writers
from {{ cookiecutter.package_name }}.online.sqlite.session.files import path_of

from ..planned import ROWS, make, typed
from ..support import Database, Sandbox, rows

ADD = 'op.add_column("book", sa.Column("n", sa.Integer))'
PROGRAM = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
print("ready", flush=True)
sys.stdin.read()
"""


@contextmanager
def process_with(database: Path, *statements: str) -> Iterator[int]:
    """Run *statements* in a process that stays; yield its id."""
    command = [sys.executable, "-c", PROGRAM, str(database), *statements]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            yield process.pid
        finally:
            process.communicate()


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="the system tells of no locks")
@pytest.mark.parametrize("journal", ["wal", "delete"])
async def test_who_writes_to_the_file(journal: str, door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand(f"    {ADD}")
    path = path_of(database.url)
    write = "UPDATE book SET title = 'secret'"
    statements = (f"PRAGMA journal_mode = {journal}", "BEGIN IMMEDIATE", write)
    with process_with(path, *statements) as pid:
        [holder] = writers.writers(path)
        if journal == "wal":
            said = (await typed("plan")).output
            assert f"would wait for {pid} (user " in said
            assert "secret" not in said
    assert (holder.id, holder.state) == (pid, "writing")
    assert holder.application is not None
    assert holder.application.startswith("python")
    assert writers.writers(path) == []


@pytest.mark.parametrize("journal", ["wal", "delete"])
async def test_who_reads_does_not_write(journal: str, door: Sandbox, database: Database) -> None:
    await make(door, database)
    path = path_of(database.url)
    statements = (f"PRAGMA journal_mode = {journal}", "BEGIN", "SELECT count(*) FROM book")
    with process_with(path, *statements):
        assert writers.writers(path) == []


def test_where_the_system_tells_of_no_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(writers, "_LOCKS", tmp_path / "nothing")
    assert writers.writers(tmp_path / "file") == []


async def test_sizes_and_free_disk(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(rows("book", 1, 3000), "CREATE INDEX i ON book (title, pages, id)")
    door.by_hand(f"    {ADD}\n    op.alter_column('book', 'title', nullable=True)")
    plan = await asked.plan()
    free = shutil.disk_usage(path_of(database.url).parent).free
    assert plan.around.disk_free_bytes == pytest.approx(free, rel=0.2)
    copy = plan.revisions[0].steps[-1]
    assert copy.work == "writes the table anew"
    # SQLite may have been built without the table that tells of sizes.
    if copy.bytes is not None:
        assert copy.scanned_bytes is not None
        assert 0 < copy.scanned_bytes < copy.bytes
        assert copy.disk_bytes == copy.bytes


async def test_one_copy_for_several_changes(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(rows("book", 1, 3000))
    door.by_hand(
        '    with op.batch_alter_table("book") as batch:\n'
        '        batch.alter_column("pages", type_=sa.BigInteger())\n'
        '        batch.alter_column("title", type_=sa.Text())\n'
    )
    first, second = (await asked.plan()).revisions[0].steps
    assert first.range is not None
    assert second.range is not None
    assert second.range.low < first.range.low
    assert second.range.high == pytest.approx(first.range.high)
