"""Kill -9 at any moment of an upgrade on MariaDB: the same command finishes, each step once.

The server commits every change of a schema by itself, and goes on with the statement of a client
that is gone: catches a step that fails because it is done already, or that is left out.
"""

import os
import random
import subprocess
import time
from pathlib import Path

import pytest
from mysql_service import MySQLService
from service import PACKAGE

pytestmark = pytest.mark.slow

SEED = 20_261_125
KILLS = 20
MIGRATORS = 16
ROWS = 60_000
PATIENCE = 60
HEAD = '''"""Step by step."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before}
branch_labels = None
depends_on = None
phase = "{phase}"


def upgrade() -> None:
{steps}


def downgrade() -> None:
    pass
'''
# Ten changes of the schema, and two backfills.
EXPAND = (
    'op.create_table("kind", sa.Column("id", sa.Integer(), nullable=False), sa.Column("code", '
    'sa.String(10)), sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("code", name="uq_code"))',
    'op.add_column("item", sa.Column("slug", sa.String(40), nullable=True))',
    'op.add_column("item", sa.Column("kind_id", sa.Integer(), nullable=True))',
    'op.backfill("item", "slug", value="LOWER(name)")',
    'op.create_index("ix_slug", "item", ["slug"])',
    'op.alter_column("item", "name", existing_type=sa.String(20), type_=sa.String(60))',
    'op.create_foreign_key("fk_kind", "item", "kind", ["kind_id"], ["id"])',
)
CONTRACT = (
    'op.backfill("item", "slug", value="LOWER(name)")',
    'op.set_not_null("item", "slug")',
    'op.create_unique_constraint("uq_slug", "item", ["slug"])',
    'op.drop_index("ix_old", table_name="item")',
    'op.drop_column("item", "old")',
)
BEFORE = (
    "CREATE TABLE item (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20) NOT NULL, old INT, "
    "KEY ix_old (old)) ENGINE=InnoDB",
    f"INSERT INTO item (name, old) SELECT CONCAT('N', seq), seq FROM seq_1_to_{ROWS}",
)
SUMS = "SELECT COUNT(*) AS rows_, SUM(slug = LOWER(name)) AS slugs, SUM(id) AS ids FROM item"


@pytest.fixture
def history(mysql: MySQLService) -> MySQLService:
    """A service with a history of ten changes to apply, on a table with rows."""
    mysql.versions.mkdir(exist_ok=True)
    write(mysql.versions / "1.py", "one", None, "expand", EXPAND)
    write(mysql.versions / "2.py", "two", "one", "contract", CONTRACT)
    mysql.execute(*BEFORE)
    return mysql


def test_twenty_random_moments(history: MySQLService) -> None:
    """Each time the same command finishes, and schema and rows are those of a quiet run."""
    process = upgrading(history)
    wait_for_session(history, process)
    began = time.monotonic()
    while not is_stamped(history):
        assert time.monotonic() < began + PATIENCE, "it never came to its end"
    lasted = time.monotonic() - began
    process.communicate()
    assert process.returncode == 0
    wanted = history.server.schema(history.database)
    chance = random.Random(SEED)
    print(f"seed {SEED}, a quiet run works for {lasted:.2f} s")
    unfinished = 0
    for number in range(KILLS):
        start_afresh(history)
        process = upgrading(history)
        wait_for_session(history, process)
        time.sleep(chance.uniform(0, lasted))
        process.kill()
        process.communicate()
        unfinished += not is_stamped(history)
        history.cli("db", "upgrade")
        assert history.server.schema(history.database) == wanted, f"kill {number}"
        [sums] = history.execute(SUMS)
        assert sums["rows_"] == sums["slugs"] == ROWS, f"kill {number}"
    print(f"{unfinished} of {KILLS} kills came before the end")
    assert unfinished >= KILLS / 4


def test_sixteen_migrators_at_once(history: MySQLService) -> None:
    """Each revision is applied once, all end well, and no lock is left."""
    running = [upgrading(history) for _ in range(MIGRATORS)]
    told = [process.communicate(timeout=300)[0] for process in running]
    assert [process.returncode for process in running] == [0] * MIGRATORS, told
    assert sum("2 revisions applied" in text for text in told) == 1
    assert sum("nothing to apply" in text for text in told) == MIGRATORS - 1
    [sums] = history.execute(SUMS)
    assert sums["slugs"] == ROWS


def write(
    path: Path, revision: str, before: str | None, phase: str, steps: tuple[str, ...]
) -> None:
    """Write a revision."""
    lines = "\n".join(f"    {step}" for step in steps)
    text = HEAD.format(revision=revision, before=repr(before), phase=phase, steps=lines)
    path.write_text(text, encoding="utf-8")


def is_stamped(service: MySQLService) -> bool:
    """Tell whether the last revision has been applied."""
    if not service.execute("SHOW TABLES LIKE 'alembic_version'"):
        return False
    return bool(service.execute("SELECT 1 FROM alembic_version WHERE version_num = 'two'"))


def start_afresh(service: MySQLService) -> None:
    """Put the database back to where the history begins."""
    service.server.execute(
        f"DROP DATABASE {service.database}",
        f"CREATE DATABASE {service.database} CHARACTER SET utf8mb4",
    )
    service.execute(*BEFORE)


def upgrading(service: MySQLService) -> "subprocess.Popen[str]":
    """Start ``db upgrade``."""
    return subprocess.Popen(
        [service.python, "-m", PACKAGE, "db", "upgrade"],
        cwd=service.folder,
        env=os.environ | service.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for_session(service: MySQLService, process: "subprocess.Popen[str]") -> None:
    """Return when the migrating process has connected, or ended."""
    end = time.monotonic() + PATIENCE
    query = f"SELECT 1 FROM information_schema.processlist WHERE db = '{service.database}'"
    while not service.server.execute(query) and process.poll() is None:
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.01)
