"""A command of the service in the background, stopped at a chosen statement and killed there."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import asyncpg
from service import FOREIGN, Service

# The longest that anything here may take (seconds).
PATIENCE = 60
GATE = 7_001
# Before each DDL statement, and before a revision is stamped, wait where the test says so.
GATES = (
    "CREATE SCHEMA gate",
    "CREATE TABLE gate.closed_at (pattern text)",
    f"""
    CREATE FUNCTION gate.wait(statement text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM gate.closed_at WHERE statement LIKE pattern) THEN
            PERFORM pg_advisory_xact_lock({GATE});
        END IF;
    END $$
    """,
    """
    CREATE FUNCTION gate.before_ddl() RETURNS event_trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM gate.wait(current_query()); END $$
    """,
    """
    CREATE FUNCTION gate.before_stamp() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM gate.wait(current_query()); RETURN NULL; END $$
    """,
    "CREATE EVENT TRIGGER gate ON ddl_command_start EXECUTE FUNCTION gate.before_ddl()",
    "CREATE TRIGGER gate BEFORE UPDATE ON alembic_version EXECUTE FUNCTION gate.before_stamp()",
)
GATES_AWAY = ("DROP EVENT TRIGGER gate", "DROP TRIGGER gate ON alembic_version", "DROP SCHEMA gate CASCADE")
WAITING = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = {GATE} AND NOT granted"
ALIVE = "SELECT pid FROM pg_stat_activity WHERE application_name = 'migration' AND datname = $1"


@contextmanager
def upgrading(service: Service) -> Iterator[subprocess.Popen[str]]:
    """Run ``alembic upgrade heads`` in the background; it is killed at the end, if not before."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    env |= {
        "PYTHONPATH": str(service.folder / "src"),
        "DATABASE_URL": service.server.url(service.database),
        "SCRATCH_DATABASE_URL": service.server.url(),
    }
    command = [service.python, "-m", "alembic", "upgrade", "heads"]
    process = subprocess.Popen(
        command, cwd=service.folder, env=env, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


def wait_until(found: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Return when *found* is true; fails where *process* ends before."""
    end = time.monotonic() + PATIENCE
    while not found():
        assert process.poll() is None, f"it ended too early:\n{process.communicate()[1]}"
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.01)


def kill(service: Service, process: subprocess.Popen[str]) -> None:
    """Kill -9, and let the server notice (by itself it would, at the next word to the client)."""
    process.send_signal(signal.SIGKILL)
    process.communicate()
    end = time.monotonic() + PATIENCE
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
        "AND datname = current_database() AND application_name = ''"
    )
    while service.execute(others):
        assert time.monotonic() < end, "the server does not let go"
        time.sleep(0.01)


@contextmanager
def gate_closed(service: Service, pattern: str) -> Iterator[None]:
    """Let every statement like *pattern* wait."""
    import asyncio

    async def close() -> asyncpg.Connection:
        connection = await asyncpg.connect(service.server.url(service.database))
        await connection.execute(f"SELECT pg_advisory_lock({GATE})")
        return connection
    yield
