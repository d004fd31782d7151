"""A column under another name: both stand, and are kept equal, until no code knows the old one."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops

from ...database import syncing
from ...internals import copy_of_column
from ...operations.backfill import Backfill
from ...operations.keep_in_sync import EndSync, KeepInSync
from ...operations.set_not_null import SetNotNull
from ...phase import CONTRACT, in_phase
from ..change import Change, TableKey, key_of, undone_by
from ..stored import default_text


def old_column(change: Change, key: TableKey, new: sa.Column[Any]) -> sa.Column[Any] | None:
    """Return the column that *new* was, where both can be kept equal: of one type, and plain."""
    drop = change.removed.get((key, str(new.info.get("renamed_from"))))
    if drop is None or "backfill" in new.info:
        return None
    old = drop.to_column()
    dialect = change.context.dialect
    types = {column.type.compile(dialect=dialect) for column in (old, new)}
    plain = all(column.computed is None and column.identity is None for column in (old, new))
    return old if plain and len(types) == 1 else None


def new_column(change: Change, operation: ops.DropColumnOp) -> sa.Column[Any] | None:
    """Return the column that the one that goes has become, where both are kept equal."""
    key = key_of(operation)
    for (table, _), column in change.added.items():
        if table == key and column.info.get("renamed_from") == operation.column_name:
            return None if old_column(change, key, column) is None else column
    return None


def renamed(
    change: Change, operation: ops.AddColumnOp, old: sa.Column[Any], *, is_instant: bool
) -> Iterator[MigrateOperation]:
    """Yield what brings the new column, equal to *old*.

    *is_instant*: its default, if there is one, is the same whenever it is asked for.
    """
    column, (schema, table) = operation.column, key_of(operation)
    bare = copy_of_column(column)
    bare.nullable, bare.server_default = True, None
    yield ops.AddColumnOp(table, bare, schema=schema)
    if column.server_default is not None:
        said = ops.AlterColumnOp(
            table,
            column.name,
            schema=schema,
            existing_type=column.type,
            existing_nullable=True,
            existing_server_default=None,
            modify_server_default=column.server_default,
        )
        # Until then rows get what the old column gets.
        yield said if is_instant else in_phase(CONTRACT, said)
    yield _sync(change, key_of(operation), column, old, is_instant=is_instant)
    yield _fill(change, key_of(operation), column.name, old.name)
    if not column.nullable:
        yield in_phase(CONTRACT, SetNotNull(table, column.name, schema=schema))
    end = EndSync(table, column.name, old.name, schema=schema)
    yield in_phase(CONTRACT, undone_by(end))


def back(
    change: Change, operation: ops.DropColumnOp, again: ops.AddColumnOp, new: sa.Column[Any]
) -> list[MigrateOperation]:
    """Return what brings the old column *again*, with the values that are in *new* by then."""
    key, old = key_of(operation), operation.to_column()
    sync = _sync(change, key, new, old, is_instant=new.server_default is not None)
    return [again, sync, _fill(change, key, old.name, new.name)]


def _sync(
    change: Change, key: TableKey, new: sa.Column[Any], old: sa.Column[Any], *, is_instant: bool
) -> KeepInSync:
    assert change.connection is not None
    default = default_text(change.connection, new.server_default) if is_instant else None
    return KeepInSync(
        key[1],
        new.name,
        old.name,
        default=default,
        old_default=old.server_default is not None,
        schema=key[0],
    )


def _fill(change: Change, key: TableKey, name: str, source: str) -> Backfill:
    """Return the backfill of column *name* from *source*, wherever they differ."""
    quote = change.context.dialect.identifier_preparer.quote
    differ = syncing.differ(quote(name), quote(source))
    return Backfill(key[1], name, value=quote(source), where=differ, schema=key[0])
