"""How a step of an operation runs: by itself, with a bounded wait for locks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ...operations.callers_transaction import refuse_callers_transaction
from ...session.patience import retry_options
from ..session.migrating import lock_wait_timeout

# Both bound waits in whole seconds: for tables, and for rows.
_BOUNDS = ("lock_wait_timeout", "innodb_lock_wait_timeout")


@contextmanager
def outside_transaction(operations: Operations) -> Iterator[MigrationContext]:
    """Commit what stands before, and let each statement inside be a transaction of its own.

    Raises DatabaseError where the caller's connection is inside a transaction of the caller's.
    """
    context = operations.migration_context
    refuse_callers_transaction(context)
    with context.autocommit_block():
        yield context


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


def scalar(operations: Operations, statement: str, **values: Any) -> Any:
    """Return the first value of the first row; only on a live connection."""
    return operations.get_bind().scalar(sa.text(statement), values)


def _set(connection: Connection, values: dict[str, int]) -> None:
    assigned = ", ".join(f"{name} = {value}" for name, value in values.items())
    connection.exec_driver_sql(f"SET SESSION {assigned}")
