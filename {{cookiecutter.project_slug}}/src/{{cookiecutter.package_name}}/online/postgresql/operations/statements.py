"""How a step of an operation runs: in a transaction of its own, with a bounded wait for locks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ...operations.callers_transaction import refuse_callers_transaction
from ...session.errors import DatabaseError
from ...session.patience import lock_timeout, retry_options


@contextmanager
def outside_transaction(operations: Operations) -> Iterator[MigrationContext]:
    """Commit what stands before, and let each statement inside be a transaction of its own.

    Raises DatabaseError where the caller's connection is inside a transaction of the caller's.
    """
    context = operations.migration_context
    refuse_callers_transaction(context)
    with context.autocommit_block():
        yield context


def run_briefly(context: MigrationContext, *statements: str) -> None:
    """Run *statements* in one short transaction that wants a strong lock, again until it has it."""
    if context.as_sql:
        _write(context, statements)
        return
    # Imported late: commands that wait for nothing need not load it.
    from tenacity import Retrying

    connection = _connection(context)
    for attempt in Retrying(**retry_options()):
        with attempt:
            _transaction(connection, statements)


def run_long(context: MigrationContext, statement: str) -> None:
    """Run one statement that takes weak locks and may take its time: no timeout of ours."""
    if context.as_sql:
        context.impl.static_output("SET lock_timeout = 0;")
        context.impl.static_output(f"{statement};")
        write_settings(context)
        return
    connection = _connection(context)
    connection.execute(sa.text("SET lock_timeout = 0"))
    connection.execute(sa.text("SET statement_timeout = 0"))
    try:
        connection.exec_driver_sql(statement)
    finally:
        connection.execute(sa.text("RESET lock_timeout"))
        connection.execute(sa.text("RESET statement_timeout"))


def write_settings(context: MigrationContext) -> None:
    """Write out (offline) what a live session is given when it connects: bounded waits for locks."""
    context.impl.static_output(f"SET lock_timeout = '{lock_timeout()}ms';")


def scalar(operations: Operations, statement: str, **values: Any) -> Any:
    """Return the first value of the first row; only on a live connection."""
    return _connection(operations.migration_context).scalar(sa.text(statement), values)


def _transaction(connection: Connection, statements: tuple[str, ...]) -> None:
    # The connection is in autocommit mode, so the transaction is spelled out.
    connection.exec_driver_sql("BEGIN")
    try:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{lock_timeout()}ms'")
        for statement in statements:
            connection.exec_driver_sql(statement)
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _write(context: MigrationContext, statements: tuple[str, ...]) -> None:
    for line in ("BEGIN", *statements, "COMMIT"):
        context.impl.static_output(f"{line};")


def _connection(context: MigrationContext) -> Connection:
    if context.connection is None:
        raise DatabaseError("This operation needs a live connection")
    return context.connection
