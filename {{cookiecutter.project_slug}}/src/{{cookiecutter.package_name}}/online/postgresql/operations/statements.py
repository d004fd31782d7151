"""How a step of an operation runs: in a transaction of its own, with a bounded wait for locks."""

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ...operations.statements import outside_transaction
from ...session.errors import DatabaseError
from ...session.patience import lock_timeout, retry_options

__all__ = ["outside_transaction", "run_briefly", "run_long", "write_settings"]


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
