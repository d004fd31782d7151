"""``alembic upgrade`` in the background: held before a chosen statement, and killed there."""

import asyncio
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import asyncpg
from service import FOREIGN, Service

# The longest that anything here may take (seconds).
PATIENCE = 60
# Before each DDL statement, and before a revision is stamped, look whether a gate is closed.
GATES = (
    "CREATE SCHEMA gate",
    "CREATE TABLE gate.closed (pattern text)",
    """
    CREATE FUNCTION gate.wait() RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        WHILE EXISTS (SELECT FROM gate.closed WHERE current_query() LIKE pattern) LOOP
            PERFORM pg_sleep(0.01);
        END LOOP;
    END $$
    """,
    """
    CREATE FUNCTION gate.before_ddl() RETURNS event_trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM gate.wait(); END $$
    """,
    """
    CREATE FUNCTION gate.before_stamp() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM gate.wait(); RETURN NULL; END $$
    """,
    "CREATE EVENT TRIGGER gate ON ddl_command_start EXECUTE FUNCTION gate.before_ddl()",
    "CREATE TRIGGER gate BEFORE UPDATE ON alembic_version EXECUTE FUNCTION gate.before_stamp()",
)
GATES_AWAY = (
    "DROP EVENT TRIGGER gate",
    "DROP TRIGGER gate ON alembic_version",
    "DROP SCHEMA gate CASCADE",
)
HELD = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
"""


@contextmanager
def upgrading(service: Service) -> Iterator[subprocess.Popen[str]]:
    """Run ``alembic upgrade heads``; whatever still runs at the end is killed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    env |= {
        "PYTHONPATH": str(service.folder / "src"),
        "DATABASE_URL": service.server.url(service.database),
    }
    process = subprocess.Popen(
        [service.python, "-m", "alembic", "upgrade", "heads"],
        cwd=service.folder,
        env=env,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def said(process: subprocess.Popen[str]) -> str:
    """Return what an ended *process* wrote to stderr."""
    assert process.stderr is not None
    return process.stderr.read()


def wait_until(process: subprocess.Popen[str], found: Callable[[], object]) -> None:
    """Return when *found* says something true; fails where *process* ends before that."""
    end = time.monotonic() + PATIENCE
    while not found():
        assert process.poll() is None, f"it ended too early:\n{said(process)}"
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.01)


def kill(service: Service, process: subprocess.Popen[str]) -> None:
    """Kill -9, and end the session that the server still keeps for the dead client."""
    process.kill()
    process.wait()
    end = time.monotonic() + PATIENCE
    while service.execute(OTHERS):
        assert time.monotonic() < end, "the server does not let go"
        time.sleep(0.01)


@contextmanager
def open_transaction(service: Service, *statements: str) -> Iterator[None]:
    """Keep a transaction open that has run *statements*; the server rolls it back at the end."""
    with asyncio.Runner() as runner:
        url = service.server.url(service.database)
        connection: asyncpg.Connection = runner.run(asyncpg.connect(url))
        runner.run(connection.execute("BEGIN"))
        for statement in statements:
            runner.run(connection.execute(statement))
        try:
            yield
        finally:
            connection.terminate()
