"""Changes of type: one step where PostgreSQL leaves the rows alone, refused elsewhere."""

from typing import Any

import sqlalchemy as sa
from alembic.operations import ops

from ....phase import CONTRACT, in_phase
from ....write.aspects import only
from ....write.change import Change, key_of, undone_by
from ....write.rewriter.refusals import refuse, refuse_type_change
from ....write.rewriter.writer import Operations
from ....write.stored import stored_type
from ...operations.commit import Commit
from ..probe import Conversion, conversion_of
from ..resting import Resting, resting_on
from . import refusals

# A default of the old type would not fit the new one.
SAYS_DEFAULT_TOO = True


def change_type(change: Change, operation: ops.AlterColumnOp) -> Operations:
    """Return the change as one short step of expand, or refuse it with the recipe."""
    assert change.connection is not None
    old: Any = operation.existing_type
    new: Any = _as_stored(change, operation.modify_type)
    conversion = conversion_of(change.connection, old, new)
    if conversion is Conversion.IN_PLACE:
        return [*_changed(change, operation, conversion), *_default_beside(operation)]
    if Conversion.IMPOSSIBLE in (conversion, conversion_of(change.connection, new, old)):
        return _refuse_cast(change, operation, old, new)
    return _with_default(change, operation, _changed(change, operation, conversion))


def _changed(change: Change, operation: ops.AlterColumnOp, conversion: Conversion) -> Operations:
    """Return the change of the type alone, or refuse it."""
    assert change.connection is not None
    old: Any = operation.existing_type
    new: Any = _as_stored(change, operation.modify_type)
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


def _default_beside(operation: ops.AlterColumnOp) -> Operations:
    """Return the change of the default, where there is one; old code may use the one that goes."""
    default = operation.modify_server_default
    if default is False:
        return []
    step = only(operation, modify_server_default=default)
    return [in_phase(CONTRACT, step) if default is None else step]


def _with_default(change: Change, operation: ops.AlterColumnOp, steps: Operations) -> Operations:
    """Take the default off before the type changes, and give the column its new one after it."""
    if not steps:
        return []
    column = change.column(key_of(operation), operation.column_name)
    old, new = operation.existing_server_default, operation.modify_server_default
    if new is False and "nextval(" in str(getattr(old, "arg", "")):
        return steps  # Numbers are numbers.
    if new is False:
        new = None if column is None else column.server_default
    # What SQLAlchemy only knows of (FetchedValue) is nothing that can be set.
    new = new if isinstance(new, sa.DefaultClause) else None
    where = (operation.table_name, operation.column_name)
    off = ops.AlterColumnOp(
        *where,
        schema=operation.schema,
        existing_type=operation.existing_type,
        existing_server_default=old,
        modify_server_default=None,
    )
    on = ops.AlterColumnOp(
        *where,
        schema=operation.schema,
        existing_type=operation.modify_type,
        existing_server_default=None,
        modify_server_default=new,
    )
    before = [in_phase(CONTRACT, off)] if old not in (None, False) else []
    after = [in_phase(CONTRACT, on)] if new is not None else []
    return [*before, *steps, *after]


def _refuse_cast(change: Change, operation: ops.AlterColumnOp, old: Any, new: Any) -> Operations:
    dialect = change.context.dialect
    name = operation.column_name
    advice = refusals.no_cast(name, *(type_.compile(dialect=dialect) for type_ in (old, new)))
    what = f"{operation.table_name}.{name}"
    return refuse(change, operation, "type_change", what, advice)


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
