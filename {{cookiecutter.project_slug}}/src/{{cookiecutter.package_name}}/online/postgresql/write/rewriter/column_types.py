"""Changes of type: one step where PostgreSQL leaves the rows alone, refused elsewhere."""

from typing import Any

import sqlalchemy as sa
from alembic.operations import ops

from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter.refusals import refuse, refuse_type_change
from ....write.rewriter.writer import Operations
from ....write.stored import stored_type
from ...operations.commit import Commit
from ..probe import Conversion, conversion_of
from ..resting import Resting, resting_on
from . import refusals

SAYS_DEFAULT_TOO = False


def change_type(change: Change, operation: ops.AlterColumnOp) -> Operations:
    """Return the change as one short step of expand, or refuse it with the recipe."""
    assert change.connection is not None
    old: Any = operation.existing_type
    new: Any = _as_stored(change, operation.modify_type)
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
    rests = resting_on(change.connection, key_of(operation), operation.column_name, new)
    if conversion is not Conversion.IN_PLACE and rests.refused is None:
        return _alone(change, refuse_type_change(change, step))
    return _refuse_for(change, step, rests) if any(rests) else [step]


def _alone(change: Change, steps: Operations) -> Operations:
    """Let a rewrite that is allowed end before the next begins: each holds its table locked."""
    return [*steps, in_phase(CONTRACT, Commit())] if steps and change.type_changes > 1 else steps


def _refuse_for(change: Change, step: ops.AlterColumnOp, rests: Resting) -> Operations:
    """Refuse a change that leaves the rows alone, but not what rests on the column."""
    name = step.column_name
    column = change.column(key_of(step), name)
    new = step.modify_type.compile(dialect=change.context.dialect) if step.modify_type else ""
    advice = refusals.resting(name, new, rests)
    what = f"{step.table_name}.{name}"
    info = None if column is None else column.info
    allowed = refuse(change, step, "type_change", what, advice, info)
    return [in_phase(CONTRACT, each) for each in allowed]


def _as_stored(change: Change, type_: Any) -> Any:
    """Return an enum without a type of the server's as text: its CHECK is a rule of its own."""
    stored = stored_type(type_, change.context.dialect)
    if isinstance(stored, sa.Enum) and not stored.native_enum:
        return sa.String(stored.length)
    return type_


def _using(change: Change, operation: ops.AlterColumnOp, conversion: Conversion) -> dict[str, Any]:
    if conversion is not Conversion.NEEDS_USING:
        return {}
    return {
        "postgresql_using": _cast(
            change, operation.column_name, _as_stored(change, operation.modify_type)
        )
    }


def _cast(change: Change, column: str, type_: Any) -> str:
    dialect = change.context.dialect
    return f"{dialect.identifier_preparer.quote(column)}::{type_.compile(dialect=dialect)}"
