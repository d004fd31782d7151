"""What cannot be made safe: why, and the recipe. Some may be allowed, one operation at a time."""

from typing import Any

from alembic.operations import ops

from ....write.change import Change
from ....write.rewriter.refuse import refuse, what_of
from ....write.rewriter.writer import Operations
from ...operations.primary_keys import ChangePrimaryKey


def generated_column_added(change: Change, operation: ops.AddColumnOp) -> Operations:
    """Refuse a key that SQLite would number, on a table in use."""
    what = what_of(operation, operation.column.name)
    change.refuse(
        f"{what}: generated_column.\n  Why: SQLite numbers rows only in the primary key, and a "
        "table keeps the key it was created with.\n  Instead: create a new table with this key, "
        "write both, copy the rows (INSERT … SELECT by op.execute), then remove the old model."
    )
    return []


def stored_column_added(change: Change, operation: ops.AddColumnOp) -> Operations:
    """Refuse a stored generated column on a table in use, which takes a rebuild."""
    return refuse(
        change,
        operation,
        "stored_column",
        what_of(operation, operation.column.name),
        reason="SQLite cannot add it, so the table is rebuilt while all writers wait",
        recipe="let it be virtual (sa.Computed(…, persisted=False)): it takes no room, can be "
        "indexed, and is added in an instant",
        info=operation.column.info,
    )


def type_changed(change: Change, operation: ops.AlterColumnOp, info: Any) -> Operations:
    """Refuse a type of another affinity: it changes what old or new code reads."""
    column = operation.column_name
    old, new = (
        type_.compile(dialect=change.context.dialect)
        for type_ in (operation.existing_type, operation.modify_type)
        if type_ is not None
    )
    return refuse(
        change,
        operation,
        "type_change",
        what_of(operation, column),
        reason=f"from {old} to {new} the affinity changes: SQLite converts the values that it "
        "can, leaves the others, and old or new code reads what it does not expect",
        recipe=f"add a new column of type {new} with "
        f"info={ {'backfill': f'CAST({column} AS {new})'} }, write both from the new code, read "
        "the new one, then remove the old column from the model",
        info=info,
    )


def identity_changed(change: Change, operation: ops.AlterColumnOp, info: Any) -> Operations:
    """Refuse to make an existing column a generated one, or the reverse."""
    change.refuse(
        f"{what_of(operation, operation.column_name)}: generated.\n  Why: a column becomes a "
        "generated one, or ceases to be one, only by a new column in its place.\n  Instead: add a "
        "new column, backfill it, let the new code use it, then remove the old one."
    )
    return []


def key_changed(change: Change, operation: ChangePrimaryKey) -> Operations:
    """Refuse another primary key; no override makes it possible."""
    change.refuse(
        f"{operation.table_name}: primary key from {operation.old} to {operation.new}.\n  Why: "
        "foreign keys and the rows' own numbers rest on it, and a table keeps the key it was "
        "created with.\n  Instead: create a new table with this key, write both, copy the rows, "
        "then remove the old model; or make the columns UNIQUE, and leave the key as it is."
    )
    return []
