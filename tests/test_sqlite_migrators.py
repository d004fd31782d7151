"""Catches two processes that migrate one file at once, or one that waits for ever."""

import re
import subprocess
import time

import pytest
from sqlite_service import SQLiteService

MIGRATORS = 16
HOLD = """
import asyncio, sys
from invoice_service.online.sqlite.session.lock import only_migrator
from invoice_service.online.session.url import migrations_url

async def main():
    async with only_migrator(migrations_url()):
        print("held", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""
WRITE = "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE'); print('held', flush=True); time.sleep(60)"


def finished(process: subprocess.Popen[str]) -> str:
    """Return what *process* said once it has ended well."""
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    return out


@pytest.mark.slow
def test_many_at_once_apply_each_revision_once(on_sqlite: SQLiteService) -> None:
    """One migrates; the others find nothing to do."""
    on_sqlite.cli("db", "revision", "--first")
    for number in range(5):
        on_sqlite.write_by_hand(f'    op.execute("CREATE TABLE t{number} (id INTEGER)")\n')
    said = [
        finished(process)
        for process in [
            on_sqlite.start("-m", "invoice_service", "db", "upgrade") for _ in range(MIGRATORS)
        ]
    ]
    applied = re.findall(r"^applied (\w+)", "\n".join(said), re.M)
    assert len(applied) == len(set(applied)) == 6
    assert sum("nothing to apply" in text for text in said) == MIGRATORS - 1


def test_who_waits_too_long_hears_who_holds_the_lock(on_sqlite: SQLiteService) -> None:
    """The wait is bounded, its end names the process, and kill -9 of that lets go."""
    on_sqlite.cli("db", "revision", "--first")
    on_sqlite.env["MIGRATIONS_QUEUE_PATIENCE"] = "1"
    holder = on_sqlite.start("-c", HOLD)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        refused = on_sqlite.cli("db", "upgrade", code=1)
        assert f"for more than 1 s: process {holder.pid}." in refused.err
        assert "Traceback" not in refused.err
    finally:
        holder.kill()
        holder.communicate()
    # kill -9 let go of the lock.
    on_sqlite.cli("db", "upgrade")


def test_a_writer_that_does_not_end_is_told_in_one_sentence(on_sqlite: SQLiteService) -> None:
    """SQLITE_BUSY is waited for, again and again, but not for ever."""
    on_sqlite.cli("db", "revision", "--first")
    on_sqlite.cli("db", "upgrade")
    on_sqlite.write_by_hand('    op.execute("CREATE TABLE t (id INTEGER)")\n')
    on_sqlite.env |= {"MIGRATIONS_LOCK_PATIENCE": "2", "MIGRATIONS_LOCK_TIMEOUT": "200"}
    writer = on_sqlite.start("-c", WRITE, str(on_sqlite.file))
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "held\n"
        began = time.monotonic()
        refused = on_sqlite.cli("db", "upgrade", code=1)
        assert time.monotonic() - began < 30
        assert "A lock was not granted within 2 s" in refused.err
        assert "Traceback" not in refused.err
    finally:
        writer.kill()
        writer.communicate()
    on_sqlite.cli("db", "upgrade")
