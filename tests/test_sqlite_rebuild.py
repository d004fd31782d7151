"""Catches a rebuild that loses rows, triggers or views, or is cut off between two schemas."""

import random
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from sqlite_service import SQLiteService

FAMILY = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE CASCADE)",
    "CREATE TABLE log (line TEXT)",
    "CREATE TRIGGER told AFTER UPDATE ON parent BEGIN INSERT INTO log VALUES (new.name); END",
    "CREATE VIEW names AS SELECT name FROM parent",
    "INSERT INTO parent VALUES (1, 'a'), (2, 'b')",
    "INSERT INTO child VALUES (1, 1), (2, 2)",
)
TIGHTEN = """\
    with op.batch_alter_table("parent") as batch_op:
        batch_op.alter_column("name", nullable=False)
"""
# Stock Alembic on the same file, foreign keys enforced as a careful service has them.
STOCK = """
import sys
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

engine = sa.create_engine("sqlite:///" + sys.argv[1])
sa.event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA foreign_keys = ON"))
with engine.connect() as connection:
    op = Operations(MigrationContext.configure(connection))
    with op.batch_alter_table("parent") as batch_op:
        batch_op.alter_column("name", existing_type=sa.Text(), nullable=False)
    connection.commit()
"""
KILLS, SEED = 20, 20261125


def test_children_trigger_and_view_outlive_a_rebuild(
    on_sqlite: SQLiteService, tmp_path: Path
) -> None:
    """Stock batch mode loses the children and the trigger of the same table."""
    on_sqlite.execute(*FAMILY)
    by_stock = tmp_path / "stock.sqlite3"
    shutil.copy(on_sqlite.file, by_stock)
    connection = sqlite3.connect(by_stock)
    connection.execute("DROP VIEW names")  # with it, stock Alembic fails before it loses anything
    connection.close()
    on_sqlite.run("-c", STOCK, str(by_stock))
    connection = sqlite3.connect(by_stock)
    assert connection.execute("SELECT count(*) FROM child").fetchone() == (0,)
    triggers = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"
    assert connection.execute(triggers).fetchone() == (0,)
    connection.close()

    on_sqlite.write_by_hand(TIGHTEN)
    on_sqlite.cli("db", "upgrade")
    assert on_sqlite.execute("SELECT id FROM child") == [1, 2]
    on_sqlite.execute("UPDATE parent SET name = 'c' WHERE id = 1")
    assert on_sqlite.execute("SELECT line FROM log") == ["c"]
    assert on_sqlite.execute("SELECT name FROM names") == ["c", "b"]
    assert on_sqlite.execute("DELETE FROM parent WHERE id = 2", "SELECT id FROM child") == [1]


@pytest.mark.slow
def test_killed_at_any_moment_it_is_old_or_new(on_sqlite: SQLiteService, tmp_path: Path) -> None:
    """Kill -9 at random moments: the schema before or after, and the same command finishes."""
    on_sqlite.execute(
        *FAMILY,
        "INSERT INTO parent WITH n (i) AS (VALUES (3) UNION ALL SELECT i + 1 FROM n WHERE i < 150000) SELECT i, 'n' || i FROM n",
        "INSERT INTO child SELECT id, id FROM parent WHERE id > 2",
    )
    on_sqlite.write_by_hand(
        '    op.add_column("child", sa.Column("note", sa.Text()))\n'
        '    op.create_index("by_name", "parent", ["name"])\n' + TIGHTEN
    )
    source = on_sqlite.revisions()[0]
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("from alembic import op", "import sqlalchemy as sa\nfrom alembic import op"), encoding="utf-8")  # fmt: skip
    untouched = tmp_path / "untouched.sqlite3"
    shutil.copy(on_sqlite.file, untouched)
    old = on_sqlite.schema()
    on_sqlite.cli("db", "current")
    started = time.monotonic()
    on_sqlite.cli("db", "upgrade")
    whole = time.monotonic() - started
    new = on_sqlite.schema()
    assert old != new

    chance = random.Random(SEED)
    print(f"seed {SEED}, {KILLS} kills within {whole:.2f} s")
    outcomes = []
    for _ in range(KILLS):
        for left in on_sqlite.file.parent.iterdir():
            left.unlink()
        shutil.copy(untouched, on_sqlite.file)
        process = on_sqlite.start("-m", "invoice_service", "db", "upgrade")
        time.sleep(chance.uniform(0.2, 0.9) * whole)
        process.kill()
        process.communicate()
        assert on_sqlite.execute("PRAGMA integrity_check") == ["ok"]
        found = on_sqlite.schema()
        version = on_sqlite.execute("SELECT name FROM sqlite_schema WHERE name = 'alembic_version'")
        stamped = version and on_sqlite.execute("SELECT version_num FROM alembic_version")
        assert found in (old, new)
        assert bool(stamped) == (found == new)
        outcomes.append("new" if stamped else "old")
        on_sqlite.cli("db", "upgrade")
        assert on_sqlite.schema() == new
        assert on_sqlite.execute("SELECT count(*) FROM parent JOIN child ON parent = parent.id") == [150000]  # fmt: skip
    print(outcomes)
    assert "old" in outcomes
