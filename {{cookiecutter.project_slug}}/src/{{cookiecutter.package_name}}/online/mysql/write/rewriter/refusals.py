"""What cannot be made safe: why, and the recipe. Each may be allowed, one operation at a time."""

from typing import Any

from alembic.operations import ops

from ....write.change import Change
from ....write.rewriter.refuse import refuse, table_info, what_of
from ....write.rewriter.writer import Operations
from ...operations.primary_keys import ReplacePrimaryKey

COPY = "the table is copied, and writers wait until that is done"
_TOOLS = "pt-online-schema-change or gh-ost"


def generated_column_added(change: Change, operation: ops.AddColumnOp) -> Operations:
    """Refuse an AUTO_INCREMENT column on a table in use."""
    return refuse(
        change,
        operation,
        "generated_column",
        what_of(operation, operation.column.name),
        reason=COPY,
        recipe=f"let {_TOOLS} add it; or add a plain nullable column that the service numbers",
        info=operation.column.info,
    )


def stored_column_added(change: Change, operation: ops.AddColumnOp) -> Operations:
    """Refuse a stored generated column on a table in use."""
    return refuse(
        change,
        operation,
        "stored_column",
        what_of(operation, operation.column.name),
        reason=COPY,
        recipe="make it virtual, sa.Computed(…, persisted=False): that is added in an instant, and "
        "can be indexed; or add a plain column that the service writes, and op.backfill it",
        info=operation.column.info,
    )


def type_changed(change: Change, operation: ops.AlterColumnOp, info: Any) -> Operations:
    """Refuse a change of type for which the server copies the table."""
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
        reason=f"from {old} to {new} {COPY}",
        recipe=f"add a new column of type {new} with info={ {'backfill': column} }, write both "
        "from the new code, read the new one, then remove the old column from the model; or let "
        f"{_TOOLS} change it",
        info=info,
    )


def identity_changed(change: Change, operation: ops.AlterColumnOp, info: Any) -> Operations:
    """Refuse to make an existing column a generated one, or the reverse."""
    return refuse(
        change,
        operation,
        "identity",
        what_of(operation, operation.column_name),
        reason=COPY,
        recipe=f"add a new column beside it, or let {_TOOLS} change it",
        info=info,
    )


def check_added(change: Change, operation: ops.CreateCheckConstraintOp) -> Operations:
    """Refuse a CHECK on a table in use."""
    return refuse(
        change,
        operation,
        "check",
        f"{operation.table_name}.{operation.constraint_name}",
        reason=COPY,
        recipe="let the service keep the rule, or a trigger; or let "
        f"{_TOOLS} add it, or allow it in a quiet hour",
        info=table_info(change, operation),
    )


def locking_index(change: Change, operation: ops.CreateIndexOp) -> Operations:
    """Refuse a FULLTEXT or SPATIAL index, which the server builds while writers wait."""
    return refuse(
        change,
        operation,
        "index",
        f"{operation.table_name}.{operation.index_name}",
        reason="writers wait while an index of this kind is built",
        recipe=f"let {_TOOLS} add it, or allow it in a quiet hour",
        info=table_info(change, operation),
    )


def key_in_use(change: Change, operation: ReplacePrimaryKey) -> Operations:
    """Refuse to change a primary key that foreign keys rest on."""
    change.refuse(
        f"{operation.table_name}: primary key from {operation.old_columns} to {operation.columns}."
        "\n  Why: foreign keys rest on the old key, and the server drops it only with them.\n"
        "  Instead: give the referenced columns a unique constraint first, let the foreign keys "
        "reference it (drop and add them in one revision), then change the key."
    )
    return []
