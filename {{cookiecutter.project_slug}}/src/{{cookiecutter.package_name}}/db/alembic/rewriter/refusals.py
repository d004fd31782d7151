"""What cannot be made safe: why, and the recipe. Each may be allowed, one operation at a time."""

from typing import Any

from alembic.operations import MigrateOperation, ops

from ..change import Change, key_of
from ..operations.enums import ChangeEnum
from ..operations.exclusions import CreateExclusion
from ..operations.override import Allowed
from ..operations.unique import ReplacePrimaryKey
from .base import Operations


def refuse(
    change: Change,
    operation: MigrateOperation,
    kind: str,
    what: str,
    *,
    reason: str,
    recipe: str,
    info: Any = None,
) -> Operations:
    """Note a refusal, or return the operation with the author's override in plain sight."""
    if change.allows(kind, what, info):
        return [Allowed(kind, what, reason), operation]
    allow = f"To let it happen as it is: -x allow={kind}:{what}, or info={ {'allow': kind} }."
    change.refuse(f"{what}: {kind}.\n  Why: {reason}.\n  Instead: {recipe}.\n  {allow}")
    return []


def generated_column_added(change: Change, operation: ops.AddColumnOp) -> Operations:
    """Refuse an identity or serial column on a table in use."""
    return refuse(
        change,
        operation,
        "generated_column",
        _what(operation, operation.column.name),
        reason="every row is rewritten under ACCESS EXCLUSIVE, which stops readers and writers",
        recipe="add a plain nullable column and a sequence (op.create_sequence), let the default "
        "take its next value, backfill with nextval(), then set NOT NULL",
        info=operation.column.info,
    )


def stored_column_added(change: Change, operation: ops.AddColumnOp) -> Operations:
    """Refuse a stored generated column on a table in use."""
    return refuse(
        change,
        operation,
        "stored_column",
        _what(operation, operation.column.name),
        reason="every row is rewritten under ACCESS EXCLUSIVE, which stops readers and writers",
        recipe="add a plain column that the service (or a trigger) writes, and op.backfill it; "
        "or compute the value in a view",
        info=operation.column.info,
    )


def type_changed(change: Change, operation: ops.AlterColumnOp, info: Any) -> Operations:
    """Refuse a change of type that rewrites the table or needs a conversion."""
    column = operation.column_name
    dialect = change.context.dialect
    old, new = (
        type_.compile(dialect=dialect)
        for type_ in (operation.existing_type, operation.modify_type)
        if type_ is not None
    )
    return refuse(
        change,
        operation,
        "type_change",
        _what(operation, column),
        reason=f"from {old} to {new} every row is rewritten under ACCESS EXCLUSIVE, which stops "
        "readers and writers",
        recipe=f"add a new column of type {new} with info={ {'backfill': f'{column}::{new}'} }, "
        "write both from the new code, read the new one, then remove the old column from the model",
        info=info,
    )


def identity_changed(change: Change, operation: ops.AlterColumnOp, info: Any) -> Operations:
    """Refuse to make an existing column an identity column, or the reverse."""
    return refuse(
        change,
        operation,
        "identity",
        _what(operation, operation.column_name),
        reason="numbering starts anew while writers insert: the next values may collide",
        recipe="create a sequence above the highest value (op.create_sequence) and give the "
        "column its next value as server default",
        info=info,
    )


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
        if table != key or drop._reverse is None:
            continue
        dialect = change.context.dialect
        old, new = drop._reverse.column.type, operation.column.type
        if old.compile(dialect=dialect) == new.compile(dialect=dialect):
            what = _what(operation, operation.column.name)
            change.refuse(
                f"{what}: rename?\n  Why: {name} goes and {operation.column.name} comes with the "
                "same type; taken for a drop and an addition, the values are lost.\n  Instead: "
                f"say info={ {'renamed_from': name} } on the new column, and its values are "
                "carried over beside the traffic (new code writes both until the contract); or "
                "info={'renamed_from': None}, if it is another column."
            )
            return None
    return None


def look_alike_table(change: Change, operation: ops.CreateTableOp, old: str) -> Operations:
    """Refuse a table that may be a renamed one."""
    change.refuse(
        f"{operation.table_name}: rename?\n  Why: {old} goes and {operation.table_name} comes with "
        "the same columns; taken for a drop and a creation, the rows are lost.\n  Instead: keep "
        f"the table's name in the model (__tablename__ = '{old}'): a class may be renamed without "
        "its table; or say info={'renamed_from': None} on the table, if it is another one."
    )
    return []


def exclusion_added(change: Change, operation: CreateExclusion) -> Operations:
    """Refuse an exclusion constraint on a table in use."""
    return refuse(
        change,
        operation,
        "exclusion",
        f"{operation.table_name}.{operation.constraint_name}",
        reason="its index is built under ACCESS EXCLUSIVE, and PostgreSQL knows no concurrent way",
        recipe="create a new table with the constraint, write both, backfill, and switch over",
        info=_table_info(change, operation),
    )


def enum_changed(change: Change, operation: ChangeEnum) -> Operations:
    """Refuse labels that go, are renamed or change places; no override makes it possible."""
    gone = [label for label in operation.old if label not in operation.new]
    new = [label for label in operation.new if label not in operation.old]
    change.refuse(
        f"{operation.type_name}: enum labels {gone or 'in another order'} go"
        f"{f', {new} come' if new else ''}.\n  Why: PostgreSQL cannot take a label away or move "
        "it, and renaming one breaks the old code that still writes it.\n  Instead: keep the label "
        "in the model and stop writing it; or add a column of a new enum type, backfill it, write "
        "both, and drop the old one. Where old code does not know the label, op.execute("
        f'"ALTER TYPE {operation.type_name} RENAME VALUE …") in a revision of your own.'
    )
    return []


def key_in_use(change: Change, operation: ReplacePrimaryKey) -> Operations:
    """Refuse to change a primary key that foreign keys rest on."""
    change.refuse(
        f"{operation.table_name}: primary key from {operation.old_columns} to {operation.columns}."
        "\n  Why: foreign keys rest on the old key, and PostgreSQL drops it only with them.\n"
        "  Instead: give the referenced columns a unique constraint first, let the foreign keys "
        "reference it (drop and add them in one revision), then change the key."
    )
    return []


def on_partitioned(change: Change, operation: MigrateOperation, what: str) -> Operations:
    """Refuse what PostgreSQL cannot do online on a partitioned table."""
    return refuse(
        change,
        operation,
        "partitioned",
        f"{key_of(operation)[1]}.{what}",
        reason="on a partitioned table PostgreSQL knows neither CONCURRENTLY nor NOT VALID for "
        "it, so every partition is locked while it is checked",
        recipe="do it partition by partition (concurrently, or NOT VALID and VALIDATE), then on "
        "the parent, which takes the partitions' over",
        info=_table_info(change, operation),
    )


def _table_info(change: Change, operation: MigrateOperation) -> Any:
    table = change.model(key_of(operation))
    return None if table is None else table.info


def _what(operation: Any, column: str) -> str:
    return f"{operation.table_name}.{column}"
