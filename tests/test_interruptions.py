"""Kill -9 where it hurts most: in a backfill, in a concurrent build, beside a build that goes on.

The same command finishes, and nothing is lost. ``test_faults.py`` kills before each statement,
``test_random_kills.py`` at moments that nobody chose.
"""

import random
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from faults.release import AFTER, BEFORE, MODELS, ROWS, SEED
from killing import (
    GATES,
    GATES_AWAY,
    HELD,
    PATIENCE,
    kill,
    open_transaction,
    said,
    upgrading,
    wait_until,
)
from service import Service

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


def assert_finished(service: Service, schema: str) -> None:
    """Run the same command once more: rows, values and schema are as they should be."""
    service.alembic("upgrade", "heads")
    sums = dict(service.execute(SUMS)[0])
    assert sums["rows"] == sums["slugs"] == sums["notes"] == ROWS
    assert service.server.dump(service.database) == schema
    assert service.execute("SELECT FROM pg_index WHERE NOT indisvalid") == []
    assert service.execute("SELECT FROM pg_constraint WHERE NOT convalidated") == []


def test_in_the_middle_of_a_backfill(changed: Service, uninterrupted: str) -> None:
    """At random moments, again and again: rows that are written stay written."""
    expand = changed.written_for("expand")
    text = expand.read_text(encoding="utf-8")
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
