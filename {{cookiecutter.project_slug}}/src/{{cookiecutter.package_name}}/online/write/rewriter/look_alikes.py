"""A rename arrives as a drop and an addition: the look-alike is named, and the author says which."""

from typing import Any

from alembic.operations import ops

from ...internals import original_of
from ..change import Change, key_of
from .writer import Operations, writer


def look_alike_column(change: Change, operation: ops.AddColumnOp) -> str | None:
    """Refuse a column that may be a renamed one, until its ``info`` says which.

    Returns the old name where the author said that it is a rename.
    """
    info = operation.column.info
    key = key_of(operation)
    if "renamed_from" in info:
        return info["renamed_from"]  # type: ignore[no-any-return]
    if "backfill" in info:
        return None
    for (table, name), drop in change.removed.items():
        original = original_of(drop)
        if table != key or original is None:
            continue
        dialect = change.context.dialect
        old, new = original.column.type, operation.column.type
        if old.compile(dialect=dialect) == new.compile(dialect=dialect):
            change.refuse(
                f"{operation.table_name}.{operation.column.name}: rename?",
                why=f"{name} goes and {operation.column.name} comes with the same type; taken for "
                "a drop and an addition, the values are lost",
                instead=f"say info={ {'renamed_from': name} } on the new column, and its values "
                "are carried over beside the traffic (both are kept equal until the contract); "
                "or info={'renamed_from': None}, if it is another column",
            )
            return None
    return None


@writer.rewrites(ops.CreateTableOp)
def create_table(context: Any, _: Any, operation: ops.CreateTableOp) -> Operations:
    """Let a new table be, unless it looks like one that goes: renamed, or moved to its schema."""
    change = Change.current()
    table = change.model(key_of(operation))
    if table is None or "renamed_from" in table.info:
        return [operation]
    mine = {column.name for column in table.columns}
    for drop in change.drops:
        if mine != {column.name for column in drop.to_table().columns}:
            continue
        if drop.schema == operation.schema:
            return _refuse_renamed(change, operation, drop.table_name)
        if drop.table_name == operation.table_name:
            return _refuse_moved(change, operation, drop.schema)
    return [operation]


def _refuse_renamed(change: Change, operation: ops.CreateTableOp, old: str) -> Operations:
    change.refuse(
        f"{operation.table_name}: rename?",
        why=f"{old} goes and {operation.table_name} comes with the same columns; taken for a drop "
        "and a creation, the rows are lost",
        instead=f"keep the table's name in the model (__tablename__ = '{old}'): a class may be "
        "renamed without its table; or say info={'renamed_from': None} on the table, if it is "
        "another one",
    )
    return []


def _refuse_moved(change: Change, operation: ops.CreateTableOp, old: str | None) -> Operations:
    places = [schema or "the default schema" for schema in (old, operation.schema)]
    change.refuse(
        f"{operation.table_name}: moved to another schema?",
        why=f"it goes from {places[0]} and comes in {places[1]} with the same columns; taken for a "
        "drop and a creation, the rows are lost",
        instead="keep the table's schema in the model; or move it in a revision of your own (an "
        "expand), and leave a view of the same rows in the old place, for old code, which a "
        "contract drops; or say info={'renamed_from': None} on the table, if it is another one",
    )
    return []
