"""Two columns kept equal by two triggers, which fire before a row is written."""

from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ...operations.naming import identifier, shortened
from ...operations.statements import outside_transaction
from .statements import patiently

COMMITS = True
LOCK = "metadata lock, for an instant"


def begin(operations: Operations, sync: Any) -> None:
    """Make the triggers of *sync* anew."""
    table, triggers = _names(operations, sync)
    new, old = (identifier(operations, name) for name in (sync.column_name, sync.old_name))
    usual = sync.default or "NULL"
    unsaid = f"NEW.{old}" if sync.old_default else f"COALESCE(NEW.{old}, NEW.{new})"
    events = {
        "INSERT": (f"IF({differ(f'NEW.{new}', usual)}, NEW.{new}, {unsaid})", f"NEW.{new}"),
        "UPDATE": (
            f"IF({differ(f'NEW.{new}', f'OLD.{new}')}, NEW.{new}, "
            f"IF({differ(f'NEW.{old}', f'OLD.{old}')}, NEW.{old}, NEW.{new}))",
            f"IF({differ(f'NEW.{new}', f'OLD.{new}')}, NEW.{new}, NEW.{old})",
        ),
    }
    with outside_transaction(operations) as context:
        for trigger, (event, (first, second)) in zip(triggers, events.items(), strict=True):
            _send(context, f"DROP TRIGGER IF EXISTS {trigger}")
            _send(
                context,
                f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} FOR EACH ROW "
                f"SET NEW.{new} = {first}, NEW.{old} = {second}",
            )


def end(operations: Operations, sync: Any) -> None:
    """Drop the triggers, where they are."""
    with outside_transaction(operations) as context:
        for trigger in _names(operations, sync)[1]:
            _send(context, f"DROP TRIGGER IF EXISTS {trigger}")


def differ(one: str, other: str) -> str:
    """Return SQL that is true where the values differ, were it in the case of a letter alone."""
    return f"NOT (CAST({one} AS BINARY) <=> CAST({other} AS BINARY))"


def is_begun(connection: Connection, sync: Any) -> bool:
    """Tell whether the first of the triggers is there, which also goes first."""
    query = (
        "SELECT count(*) FROM information_schema.triggers "
        "WHERE trigger_schema = COALESCE(:schema, DATABASE()) AND trigger_name = :name"
    )
    return bool(
        connection.scalar(sa.text(query), {"schema": sync.schema, "name": _stored(sync)[0]})
    )


def _names(operations: Operations, sync: Any) -> tuple[str, list[str]]:
    """Return the table and the triggers as SQL: that of INSERT, that of UPDATE."""
    table = identifier(operations, sync.table_name, sync.schema)
    return table, [identifier(operations, name, sync.schema) for name in _stored(sync)]


def _stored(sync: Any) -> list[str]:
    what = f"{sync.table_name}_{sync.old_name}_{sync.column_name}"
    return [shortened(f"sync_{event}_{what}") for event in ("i", "u")]


def _send(context: MigrationContext, statement: str) -> None:
    if context.as_sql:
        context.impl.static_output(f"{statement};")
        return
    assert context.connection is not None
    patiently(context.connection, statement)
