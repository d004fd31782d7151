"""Two columns kept equal by two triggers, which put a row right after it was written.

A trigger of SQLite's cannot change the row before. It does not fire itself again, for then the two
columns are equal.
"""

from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy import Connection

from ...operations.colons import with_colons_escaped
from ...operations.naming import identifier

COMMITS = False
LOCK = "the file for writers, until the revision ends"


def begin(operations: Operations, sync: Any) -> None:
    """Make the triggers of *sync* anew."""
    table, triggers = _names(operations, sync)
    new, old = (identifier(operations, name) for name in (sync.column_name, sync.old_name))
    usual = sync.default or "NULL"
    unsaid = f"NEW.{old}" if sync.old_default else f"COALESCE(NEW.{old}, NEW.{new})"
    events = {
        "INSERT": f"CASE WHEN NEW.{new} IS NOT ({usual}) THEN NEW.{new} ELSE {unsaid} END",
        "UPDATE": f"CASE WHEN NEW.{new} IS NOT OLD.{new} THEN NEW.{new} "
        f"WHEN NEW.{old} IS NOT OLD.{old} THEN NEW.{old} ELSE NEW.{new} END",
    }
    end(operations, sync)
    for trigger, (event, value) in zip(triggers, events.items(), strict=True):
        where = f"{differ(f'NEW.{new}', f'NEW.{old}')}"
        if event == "UPDATE":
            where += f" AND ({differ(f'NEW.{new}', f'OLD.{new}')} OR {differ(f'NEW.{old}', f'OLD.{old}')})"
        _send(
            operations,
            f"CREATE TRIGGER {trigger} AFTER {event} ON {table} FOR EACH ROW WHEN {where} BEGIN "
            f"UPDATE {table} SET {new} = {value}, {old} = {value} WHERE _rowid_ = NEW._rowid_; END",
        )


def end(operations: Operations, sync: Any) -> None:
    """Drop the triggers, where they are."""
    for trigger in _names(operations, sync)[1]:
        _send(operations, f"DROP TRIGGER IF EXISTS {trigger}")


def differ(one: str, other: str) -> str:
    """Return SQL that is true where the values differ, were it in the case of a letter alone."""
    return f"{one} IS NOT {other} COLLATE BINARY"


def is_begun(connection: Connection, sync: Any) -> bool:
    """Tell whether the first of the triggers is there."""
    query = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name = :name"
    return bool(connection.scalar(sa.text(query), {"name": _stored(sync)[0]}))


def _names(operations: Operations, sync: Any) -> tuple[str, list[str]]:
    """Return the table and the triggers as SQL: that of INSERT, that of UPDATE."""
    table = identifier(operations, sync.table_name)
    return table, [identifier(operations, name) for name in _stored(sync)]


def _stored(sync: Any) -> list[str]:
    what = f"{sync.table_name}_{sync.old_name}_{sync.column_name}"
    return [f"sync_{event}_{what}" for event in ("insert", "update")]


def _send(operations: Operations, statement: str) -> None:
    operations.execute(with_colons_escaped(statement))
