"""Kill -9 at any point of an upgrade: the same command finishes, and nothing is lost.

One change of the models makes every kind of step: a new column with a value per row, a NOT NULL,
indexes, a unique constraint, a foreign key, a check, and a column that goes.
"""

import random
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from killing import (
    GATES,
    GATES_AWAY,
    HELD,
    PATIENCE,
    kill,
    kill_before,
    open_transaction,
    said,
    upgrading,
    wait_until,
)
from service import Service

ROWS = 6_000
MODELS = '''"""Models."""

import sqlalchemy as sa

from .base import Base

sa.Table("customer", Base.metadata, sa.Column("id", sa.Integer, primary_key=True))
sa.Table(
    "invoice",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    {columns}
)
'''
BEFORE = """
    sa.Column("note", sa.Text),
    sa.Column("number", sa.Integer),
    sa.Column("customer_id", sa.Integer),
    sa.Column("code", sa.Text, nullable=False, index=True),
"""
AFTER = """
    sa.Column("note", sa.Text, nullable=False, info={"backfill": "'-'"}),
    sa.Column("number", sa.Integer, unique=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id")),
    sa.Column("slug", sa.Text, nullable=False, info={"backfill": "lower(name)"}),
    sa.CheckConstraint("number > 0", name="number"),
    sa.Index(None, "name"),
"""
SEED = (
    "INSERT INTO customer SELECT generate_series(1, 10)",
    f"""
    INSERT INTO invoice (name, number, customer_id, code)
    SELECT 'Name ' || i, i, 1 + i % 10, 'c' || i FROM generate_series(1, {ROWS}) AS i
    """,
)
OLD_CODE = "INSERT INTO invoice (name, number, code) VALUES ('Late', {number}, 'late')"
SUMS = """
    SELECT count(*) AS rows, sum(number) AS numbers, sum(hashtext(name)) AS names,
        count(*) FILTER (WHERE slug = lower(name)) AS slugs,
        count(*) FILTER (WHERE note = '-') AS notes
    FROM invoice
"""
INVALID = "SELECT FROM pg_index WHERE NOT indisvalid AND indexrelid = to_regclass('{}')"
TWO_WAIT = "SELECT FROM pg_locks WHERE NOT granted HAVING count(DISTINCT pid) > 1"


@pytest.fixture
def changed(service: Service) -> Service:
    """A service whose tables have rows, and whose next release waits to be applied."""
    service.use_models(MODELS.format(columns=BEFORE))
    service.cli("db", "revision", "--first")
    service.alembic("upgrade", "heads")
    service.execute(*SEED)
    service.use_models(MODELS.format(columns=AFTER))
    service.alembic("revision", "--autogenerate", "-m", "the next release")
    return service


@pytest.fixture
def uninterrupted(changed: Service) -> Iterator[str]:
    """The schema that the release has where nothing interrupts it."""
    with changed.server.database() as other:
        mine, changed.database = changed.database, other
        changed.alembic("upgrade", "heads")
        changed.database = mine
        yield changed.server.dump(other)


def assert_finished(service: Service, schema: str, rows: int = ROWS) -> None:
    """Run the same command once more: rows, values and schema are as they should be."""
    service.alembic("upgrade", "heads")
    sums = dict(service.execute(SUMS)[0])
    assert sums["rows"] == sums["slugs"] == sums["notes"] == rows
    assert service.server.dump(service.database) == schema
    assert service.execute("SELECT FROM pg_index WHERE NOT indisvalid") == []
    assert service.execute("SELECT FROM pg_constraint WHERE NOT convalidated") == []


def test_before_every_statement(changed: Service, uninterrupted: str) -> None:
    """One upgrade, killed before each of its statements in turn; old code writes until expand."""
    statements = statements_of(changed)
    assert len(statements) > 20
    changed.execute(*GATES)
    stamped = "SELECT version_num FROM alembic_version"
    first, late = changed.execute(stamped), 0
    for statement in statements:
        kill_before(changed, statement)
        if changed.execute(stamped) == first:
            late += 1
            changed.execute(OLD_CODE.format(number=ROWS + late))
    assert 0 < late < len(statements), "never killed between expand and contract"
    changed.execute(*GATES_AWAY)
    assert_finished(changed, uninterrupted, ROWS + late)


def statements_of(service: Service) -> list[str]:
    """Return what the pending revisions run, as patterns, in order: DDL, and the stamps.

    Taken from the offline output, without what stands there because it cannot look: a DROP
    before each ADD CONSTRAINT, a DO block around another.
    """
    (row,) = service.execute("SELECT version_num FROM alembic_version")
    written = service.alembic("upgrade", f"{row[0]}:heads", "--sql").out
    written = re.sub(r"^--.*", "", written, flags=re.M)
    written = re.sub(
        r"^DO \$unique\$.* THEN (.*); END IF; END \$unique\$", r"\1", written, flags=re.M
    )
    parts = [part.strip() for part in written.split(";\n")]
    ours = [part for part in parts if part.startswith(("ALTER", "CREATE", "DROP", "UPDATE alem"))]
    return [
        "UPDATE alembic_version%" if part.startswith("UPDATE") else re.sub("[%_]", r"\\\g<0>", part)
        for part, following in zip(ours, [*ours[1:], ""], strict=True)
        if not ("DROP CONSTRAINT" in part and "ADD CONSTRAINT" in following)
    ]


def test_in_the_middle_of_a_backfill(changed: Service, uninterrupted: str) -> None:
    """At random moments, again and again: rows that are written stay written."""
    texts = {path: path.read_text(encoding="utf-8") for path in changed.revisions()[1:]}
    ((expand, text),) = ((p, t) for p, t in texts.items() if 'phase = "expand"' in t)
    slow = text.replace(
        'value="lower(name)"', 'value="lower(name)", batch_seconds=0.002, pause=0.02'
    )
    assert slow != text
    expand.write_text(slow, encoding="utf-8")
    exists = "SELECT FROM pg_attribute WHERE attrelid = 'invoice'::regclass AND attname = 'slug'"
    filled = "SELECT count(slug) FROM invoice"
    moments = sorted(random.Random(1).sample(range(1, ROWS // 2), 4))
    written = 0
    for moment in moments:
        with upgrading(changed) as process:
            wait_until(
                process,
                lambda: changed.execute(exists) and changed.execute(filled)[0][0] > moment,  # noqa: B023
            )
            kill(changed, process)
        before, (written,) = written, changed.execute(filled)[0]
        assert before <= written < ROWS, "not in the middle"
    expand.write_text(text, encoding="utf-8")
    assert_finished(changed, uninterrupted)


@pytest.mark.parametrize("index", ["ix_invoice_name", "uq_invoice_number"])
def test_in_a_concurrent_build(changed: Service, uninterrupted: str, index: str) -> None:
    """The INVALID index that is left is dropped and built again."""
    with building(changed, index) as process:
        kill(changed, process)
    assert changed.execute(INVALID.format(index)), "the build left nothing behind"
    assert_finished(changed, uninterrupted)


def test_while_the_server_still_builds(changed: Service, uninterrupted: str) -> None:
    """The server has not noticed that its client is gone: the same command waits for its build."""
    with ExitStack() as stack:
        with building(changed, "ix_invoice_name") as process:
            process.kill()
            process.wait()
            again = stack.enter_context(upgrading(changed))
            wait_until(again, lambda: changed.execute(TWO_WAIT))
        assert again.wait(PATIENCE) == 0, said(again)
    assert_finished(changed, uninterrupted)


@contextmanager
def building(service: Service, index: str) -> Iterator[subprocess.Popen[str]]:
    """Upgrade until *index* is being built; the build waits for a transaction until the end."""
    service.execute(*GATES, f"INSERT INTO gate.closed VALUES ('CREATE%CONCURRENTLY%{index}%')")
    with upgrading(service) as process:
        wait_until(process, lambda: service.execute(HELD))
        with open_transaction(service, "LOCK invoice IN ROW EXCLUSIVE MODE"):
            service.execute("DELETE FROM gate.closed")
            wait_until(process, lambda: service.execute(INVALID.format(index)))
            service.execute(*GATES_AWAY)
            yield process
