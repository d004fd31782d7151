"""Catches a backfill that keeps other writers waiting, or that does not go on after a cut."""

import sqlite3
import time

from sqlite_service import SQLiteService

ROWS = 300_000
FILL = (
    '    op.add_column("paper", sa.Column("note", sa.Text()), if_not_exists=True)\n'
    '    op.backfill("paper", "note", value="\'n\' || id")\n'
)


def prepare(service: SQLiteService) -> None:
    """Make a table with many rows, and a revision that fills a new column."""
    service.execute(
        "CREATE TABLE paper (id INTEGER PRIMARY KEY, name TEXT)",
        "INSERT INTO paper WITH n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
        f"WHERE i < {ROWS}) SELECT i, 'n' || i FROM n",
    )
    path = service.write_by_hand(FILL)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("from alembic", "import sqlalchemy as sa\nfrom alembic"), encoding="utf-8")  # fmt: skip


def test_other_writers_have_their_turn_between_batches(on_sqlite: SQLiteService) -> None:
    prepare(on_sqlite)
    busy_timeout = 5.0
    process = on_sqlite.start("-m", "invoice_service", "db", "upgrade")
    filled: list[int] = []
    longest = 0.0
    connection = sqlite3.connect(on_sqlite.file, isolation_level=None, timeout=busy_timeout)
    number = ROWS
    while process.poll() is None:
        number += 1
        began = time.monotonic()
        connection.execute("INSERT INTO paper (id, name) VALUES (?, 'meanwhile')", (number,))
        longest = max(longest, time.monotonic() - began)
        columns = [row[1] for row in connection.execute("PRAGMA table_info(paper)")]
        if "note" in columns:
            count = "SELECT count(*) FROM paper WHERE note IS NOT NULL"
            filled.append(connection.execute(count).fetchone()[0])
        time.sleep(0.01)
    out, _ = process.communicate()
    assert process.returncode == 0, out
    between = {count for count in filled if 0 < count < ROWS}
    connection.close()
    print(f"{number - ROWS} writes, the longest waited {longest:.2f} s, {len(between)} states seen")
    assert len(between) > 5
    assert longest < busy_timeout
    assert on_sqlite.execute(f"SELECT count(*) FROM paper WHERE note IS NULL AND id <= {ROWS}") == [0]


def test_a_killed_backfill_goes_on(on_sqlite: SQLiteService) -> None:
    prepare(on_sqlite)
    process = on_sqlite.start("-m", "invoice_service", "db", "upgrade")
    count = "SELECT count(*) FROM paper WHERE note IS NOT NULL"
    while True:
        assert process.poll() is None
        try:
            if on_sqlite.execute(count)[0] > 0:
                break
        except sqlite3.OperationalError:
            time.sleep(0.01)
    process.kill()
    process.communicate()
    done = on_sqlite.execute(count)[0]
    assert 0 < done < ROWS
    assert on_sqlite.execute("SELECT count(*) FROM alembic_version") == [0]
    on_sqlite.cli("db", "upgrade")
    assert on_sqlite.execute(count) == [ROWS]
