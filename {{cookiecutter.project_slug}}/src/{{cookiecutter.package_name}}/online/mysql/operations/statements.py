"""How a step of an operation runs: by itself, with a bounded wait for locks."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ...operations.statements import outside_transaction
from ...session.patience import retry_options
from ..session.migrating import lock_wait_timeout

__all__ = ["bounded_waits", "outside_transaction", "patiently", "run_long", "write_settings"]

# Both bound waits in whole seconds: for tables, and for rows.
_BOUNDS = ("lock_wait_timeout", "innodb_lock_wait_timeout")


@contextmanager
def bounded_waits(connection: Connection) -> Iterator[None]:
    """Bound the wait of each statement on *connection* for tables and rows that others hold."""
    before = connection.exec_driver_sql(
        "SELECT " + ", ".join(f"@@SESSION.{name}" for name in _BOUNDS)
    ).one()
    _set(connection, dict.fromkeys(_BOUNDS, lock_wait_timeout()))
    try:
        yield
    finally:
        if not connection.invalidated:
            _set(connection, dict(zip(_BOUNDS, before, strict=True)))


def patiently(connection: Connection, statement: str) -> None:
    """Run *statement*, again until it has its locks; raises DatabaseError in the end."""
    # Imported late: commands that wait for nothing need not load it.
    from tenacity import Retrying

    with bounded_waits(connection):
        for attempt in Retrying(**retry_options()):
            with attempt:
                connection.exec_driver_sql(statement)


def run_long(context: MigrationContext, statement: str) -> None:
    """Write out (offline) one statement that may take its time."""
    context.impl.static_output(statement)


def write_settings(context: MigrationContext) -> None:
    """Write out (offline) what a live session is given when it connects: bounded waits for locks."""
    bounds = ", ".join(f"{name} = {lock_wait_timeout()}" for name in _BOUNDS)
    context.impl.static_output(f"SET SESSION {bounds};")


def _set(connection: Connection, values: dict[str, int]) -> None:
    assigned = ", ".join(f"{name} = {value}" for name, value in values.items())
    connection.exec_driver_sql(f"SET SESSION {assigned}")
