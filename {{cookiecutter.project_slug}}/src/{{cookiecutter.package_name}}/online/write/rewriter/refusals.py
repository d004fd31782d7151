"""How an operation is refused, and what every database refuses; why and the recipe are its own.

An author may let it happen all the same, one operation at a time.
"""

from typing import Any

from alembic.operations import MigrateOperation, ops

from ...database import refusals
from ...interface import Advice
from ...operations.allowed import Allowed
from ...phase import CONTRACT, in_phase
from ..change import Change, key_of
from .writer import Operations


def refuse(
    change: Change,
    operation: MigrateOperation,
    kind: str,
    what: str,
    advice: Advice,
    info: Any = None,
) -> Operations:
    """Note a refusal of *what*, or return the operation with the author's override in plain sight.

    *info* is that of the model's column or table, where the author may have said so.
    """
    if not advice.can_be_allowed:
        change.refuse(f"{what}: {kind}.", why=advice.why, instead=advice.instead)
        return []
    if change.allows(kind, what, info):
        return [Allowed(kind, what, advice.why), operation]
    change.refuse(
        f"{what}: {kind}.",
        why=advice.why,
        instead=advice.instead,
        allow=f"-x allow={kind}:{what}, or info={ {'allow': kind} }",
    )
    return []


def refuse_on_table(
    change: Change, operation: MigrateOperation, kind: str, name: Any, advice: Advice
) -> Operations:
    """Refuse the constraint or index *name*, unless it, its kind, or its table is allowed."""
    key = key_of(operation)
    table = change.model(key)
    info = None if table is None else table.info
    return refuse(change, operation, kind, f"{key[1]}.{name}", advice, info)


def refuse_generated_column(change: Change, operation: ops.AddColumnOp) -> Operations:
    """Refuse a column that the database numbers, on a table in use."""
    return _refuse_column(change, operation, "generated_column", refusals.GENERATED_COLUMN)


def refuse_stored_column(change: Change, operation: ops.AddColumnOp) -> Operations:
    """Refuse a stored generated column, on a table in use."""
    return _refuse_column(change, operation, "stored_column", refusals.STORED_COLUMN)


def _refuse_column(
    change: Change, operation: ops.AddColumnOp, kind: str, advice: Advice
) -> Operations:
    column = operation.column
    what = f"{operation.table_name}.{column.name}"
    return refuse(change, operation, kind, what, advice, column.info)


def refuse_identity_change(change: Change, operation: ops.AlterColumnOp) -> Operations:
    """Refuse to make an existing column a generated one, or the reverse."""
    return _refuse_change(change, operation, "identity", refusals.IDENTITY)


def refuse_type_change(change: Change, operation: ops.AlterColumnOp) -> Operations:
    """Refuse a change of type; where it is allowed, it belongs to the contract."""
    old, new = (
        type_.compile(dialect=change.context.dialect)
        for type_ in (operation.existing_type, operation.modify_type)
        if type_ is not None
    )
    advice = refusals.type_change(operation.column_name, old, new)
    allowed = _refuse_change(change, operation, "type_change", advice)
    return [in_phase(CONTRACT, step) for step in allowed]


def _refuse_change(
    change: Change, operation: ops.AlterColumnOp, kind: str, advice: Advice
) -> Operations:
    column = change.column(key_of(operation), operation.column_name)
    what = f"{operation.table_name}.{operation.column_name}"
    info = None if column is None else column.info
    return refuse(change, operation, kind, what, advice, info)
