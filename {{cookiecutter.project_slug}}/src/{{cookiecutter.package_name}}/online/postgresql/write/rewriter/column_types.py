"""Changes of type: one step where PostgreSQL leaves the rows alone, refused elsewhere."""

from typing import Any

from alembic.operations import ops

from ....write.change import Change, undone_by
from ....write.rewriter.refusals import refuse_type_change
from ....write.rewriter.writer import Operations
from ..probe import Conversion, conversion_of


def change_type(change: Change, operation: ops.AlterColumnOp) -> Operations:
    """Return the change as one short step of expand, or refuse it with the recipe."""
    assert change.connection is not None
    old: Any = operation.existing_type
    new: Any = operation.modify_type
    conversion = conversion_of(change.connection, old, new)
    step = ops.AlterColumnOp(
        operation.table_name,
        operation.column_name,
        schema=operation.schema,
        existing_type=operation.existing_type,
        existing_nullable=operation.existing_nullable,
        modify_type=new,
        **_using(change, operation, conversion),
    )
    back = step.reverse()
    if conversion_of(change.connection, new, old) is Conversion.NEEDS_USING:
        back.kw["postgresql_using"] = _cast(change, operation.column_name, old)
    undone_by(step, back)
    return [step] if conversion is Conversion.IN_PLACE else refuse_type_change(change, step)


def _using(change: Change, operation: ops.AlterColumnOp, conversion: Conversion) -> dict[str, Any]:
    if conversion is not Conversion.NEEDS_USING:
        return {}
    return {"postgresql_using": _cast(change, operation.column_name, operation.modify_type)}


def _cast(change: Change, column: str, type_: Any) -> str:
    dialect = change.context.dialect
    return f"{dialect.identifier_preparer.quote(column)}::{type_.compile(dialect=dialect)}"
