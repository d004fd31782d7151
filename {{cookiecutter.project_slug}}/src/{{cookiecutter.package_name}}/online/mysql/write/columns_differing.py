"""A column that two snapshots do not have alike: what of it can be changed in its place."""

import re
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from sqlalchemy import Connection

from ...write.snapshot import Key, Snapshot
from ..operations.reflecting import reflected_table
from .touched import touched

_NUMBERS = " auto_increment"
_GENERATED = re.compile(r" ((?:VIRTUAL|STORED) GENERATED AS .*?)(?: COMMENT '|$)", re.DOTALL)


def is_beyond(
    connection: Connection, operation: MigrateOperation, wanted: Snapshot, found: Snapshot
) -> bool:
    """Tell whether *operation* changes a column, and leaves out of it what cannot be changed."""
    if not isinstance(operation, ops.AlterColumnOp):
        return False
    return any(is_another(key, wanted, found) for key in touched(connection, operation))


def is_another(key: Key, wanted: Snapshot, found: Snapshot) -> bool:
    """Tell whether both sides number the column, or make it of others, in another way."""
    texts = wanted.get(key), found.get(key)
    if key.kind != "column" or None in texts:
        return False
    return len({(_NUMBERS in str(text), made_of(text)) for text in texts}) == 2


def made_of(text: str | None) -> str | None:
    """Return of what a column is made whose snapshot is *text*; None for a plain one."""
    found = _GENERATED.search(text or "")
    return found and found[1]


def changed(
    connection: Connection, column: sa.Column[Any], wanted: Snapshot, found: Snapshot
) -> MigrateOperation:
    """Return the change of type that makes of the stored column the model's *column*."""
    table = column.table.name
    reflected = reflected_table(connection, table).columns[column.name]
    changes: dict[str, Any] = {}
    default = column.server_default
    if isinstance(default, sa.FetchedValue) and not isinstance(default, sa.DefaultClause):
        # A default that the model does not know is none in a database of the model's own.
        changes["modify_server_default"] = None
    key = Key("column", table, column.name)
    types = {side[key].partition(" DEFAULT ")[0] for side in (wanted, found)}
    if len(types) == 2 or not changes:
        changes["modify_type"] = column.type
    return ops.AlterColumnOp(
        table,
        column.name,
        existing_type=reflected.type,
        existing_nullable=reflected.nullable,
        existing_server_default=reflected.server_default,
        existing_comment=reflected.comment,
        **changes,
    )
