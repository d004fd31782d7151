"""What cannot be made safe: why, and the recipe. Each may be allowed, one operation at a time."""

from typing import Any

from alembic.operations import MigrateOperation, ops

from ....write.change import Change, key_of
from ....write.rewriter.refuse import refuse, table_info, what_of
from ....write.rewriter.writer import Operations
from ...operations.enums import ChangeEnum
from ...operations.exclusions import CreateExclusion
from ...operations.unique import ReplacePrimaryKey


def generated_column_added(change: Change, operation: ops.AddColumnOp) -> Operations:
    """Refuse an identity or serial column on a table in use."""
    return refuse(
        change,
        operation,
        "generated_column",
        what_of(operation, operation.column.name),
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
        what_of(operation, operation.column.name),
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
        what_of(operation, column),
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
        what_of(operation, operation.column_name),
        reason="numbering starts anew while writers insert: the next values may collide",
        recipe="create a sequence above the highest value (op.create_sequence) and give the "
        "column its next value as server default",
        info=info,
    )


def exclusion_added(change: Change, operation: CreateExclusion) -> Operations:
    """Refuse an exclusion constraint on a table in use."""
    return refuse(
        change,
        operation,
        "exclusion",
        f"{operation.table_name}.{operation.constraint_name}",
        reason="its index is built under ACCESS EXCLUSIVE, and PostgreSQL knows no concurrent way",
        recipe="create a new table with the constraint, write both, backfill, and switch over",
        info=table_info(change, operation),
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
        info=table_info(change, operation),
    )
