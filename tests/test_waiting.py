"""What happens when others are there: a transaction that holds the table, other migrators.

Catches a migration that waits in the lock queue while writers pile up behind it, one that gives
up at once, and an error that does not say who is in the way. Many migrators at once:
``test_many_migrators.py``.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import pytest
from service import PACKAGE, Service

NUMBER = (
    '    number: Mapped[str] = mapped_column(sa.String(20), info={"backfill": "\'N\' || id"})\n'
)


@pytest.fixture
def behind(service: Service) -> Service:
    """A service with rows in its table and two revisions to apply."""
    service.cli("db", "revision", "--first")
    service.cli("db", "upgrade")
    service.execute("INSERT INTO invoice (name) SELECT 'n' || i FROM generate_series(1, 100) i")
    models = service.package / "db" / "models.py"
    models.write_text(models.read_text(encoding="utf-8") + NUMBER, encoding="utf-8")
    service.alembic("revision", "--autogenerate", "-m", "add number")
    return service


@contextmanager
def held(service: Service, *statements: str) -> Iterator[threading.Event]:
    """Keep a transaction open that has run *statements*, until the event is set or the body ends."""
    ready, release = threading.Event(), threading.Event()

    async def hold() -> None:
        url = service.server.url(service.database)
        connection = await asyncpg.connect(url, server_settings={"application_name": "reporting"})
        async with connection.transaction():
            for statement in statements:
                await connection.fetch(statement)
            ready.set()
            await asyncio.to_thread(release.wait)
        await connection.close()

    thread = threading.Thread(target=lambda: asyncio.run(hold()))
    thread.start()
    assert ready.wait(30)
    try:
        yield release
    finally:
        release.set()
        thread.join()


@contextmanager
def set_after_waiting(service: Service, event: threading.Event) -> Iterator[None]:
    """Set *event* when a session has been seen waiting for a lock, in several tries."""

    def watch() -> None:
        seen = 0
        while seen < 5 and not event.is_set():
            (row,) = service.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            seen += bool(row[0])
            time.sleep(0.05)
        event.set()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        event.set()
        thread.join()


def test_it_waits_for_a_transaction_and_names_it(behind: Service) -> None:
    """The upgrade finishes when the holder ends; its values are not in the log."""
    reading = "SELECT * FROM invoice WHERE name = 'secret'"
    with held(behind, reading) as release, set_after_waiting(behind, release):
        finished = behind.cli("db", "upgrade")
    assert "2 revisions applied" in finished.out
    assert "reporting" in finished.err
    assert "idle in transaction" in finished.err
    assert "secret" not in finished.err


def test_patience_has_an_end(behind: Service) -> None:
    """One sentence, nothing changed, and the same command works later."""
    behind.env |= {"MIGRATIONS_LOCK_PATIENCE": "1"}
    with held(behind, "SELECT * FROM invoice"):
        finished = behind.cli("db", "upgrade", code=1)
    assert "A lock was not granted within 1 s" in finished.err
    assert "Traceback" not in finished.err
    assert "2 revisions applied" in behind.cli("db", "upgrade").out


def test_writers_pass_while_it_waits(behind: Service) -> None:
    """A writer that comes while the upgrade waits for its lock gets through long before its end."""
    with held(behind, "SELECT * FROM invoice") as release:
        upgrade = threading.Thread(target=behind.cli, args=("db", "upgrade"))
        upgrade.start()
        for _ in range(20):
            behind.execute("SET statement_timeout = '5s'", "UPDATE invoice SET name = name || '!'")
        assert upgrade.is_alive()
        release.set()
        upgrade.join()
    assert behind.execute("SELECT count(*) FROM invoice WHERE number = 'N' || id")[0][0] == 100


def test_a_relative_target_is_resolved_once(behind: Service) -> None:
    """Tries again do not go further than was asked."""
    with held(behind, "SELECT * FROM invoice") as release, set_after_waiting(behind, release):
        behind.alembic("upgrade", "+1")
    assert behind.cli("db", "check", code=1).out.count("pending") == 1


def test_a_migrator_that_never_ends_is_named(behind: Service) -> None:
    """Waiting in the queue is bounded, and the message says who is first."""
    key = f"import {PACKAGE}.online.postgresql.session.lock as lock; print(*lock._KEY.values())"
    first, second = behind.run("-c", key).out.split()
    behind.env |= {"MIGRATIONS_QUEUE_PATIENCE": "1"}
    with held(behind, f"SELECT pg_advisory_lock({first}, {second})"):
        finished = behind.cli("db", "upgrade", code=1)
    assert "Another migration has been running for more than 1 s: pid" in finished.err
    assert "reporting" in finished.err
