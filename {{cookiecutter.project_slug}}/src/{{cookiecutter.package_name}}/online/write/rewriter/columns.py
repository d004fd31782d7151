"""New columns."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops

from ...database import probe
from ...internals import copy_of_column, numbered_column
from ...operations.backfill import Backfill
from ...operations.colons import with_colons_escaped
from ...operations.rank import Expand, with_ranks
from ...operations.set_not_null import SetNotNull
from ...phase import CONTRACT, EXPAND, in_phase
from ..change import Change, key_of
from ..stored import default_text
from .look_alikes import look_alike_column
from .refusals import refuse_generated_column, refuse_stored_column
from .renamed import old_column, renamed
from .writer import Operations, writer

BACKFILL = "backfill"


@writer.makes_safe(ops.AddColumnOp)
def add_column(change: Change, operation: ops.AddColumnOp) -> Operations:
    """Add a column so that neither old nor new code stumbles, and no row is rewritten."""
    column = operation.column
    if column.identity is not None or _is_serial(column):
        return refuse_generated_column(change, operation)
    if column.computed is not None:
        if column.computed.persisted is not False:
            return refuse_stored_column(change, operation)
        # After the columns that it is made of.
        return [with_ranks(_add(operation, column), {EXPAND: Expand.COLUMNS + 5})]
    renamed_from = look_alike_column(change, operation)
    return list(_steps(change, operation, renamed_from))


def _steps(
    change: Change, operation: ops.AddColumnOp, renamed_from: str | None
) -> Iterator[MigrateOperation]:
    """Yield the steps for a plain column, with or without default, NULL or NOT NULL."""
    column = operation.column
    table, schema = operation.table_name, operation.schema
    value = value_of_existing_rows(change, column, renamed_from)
    default = _default(change, column)
    old = old_column(change, key_of(operation), column)
    if old is not None:
        instant = default is not None and is_instant(change, column, default)
        yield from renamed(change, operation, old, is_instant=instant)
        return
    if default is not None:
        if is_instant(change, column, default):
            yield _add(operation, column)
            return
        value = default
    elif column.nullable:
        yield _add(operation, column)
        if value is not ...:
            yield Backfill(table, column.name, value=value, schema=schema)
        if renamed_from is not None:
            # What old code wrote since then would go with the old column.
            again = Backfill(table, column.name, value=value, schema=schema)
            yield in_phase(CONTRACT, again)
        return
    elif value is not ... and is_instant(change, column, value):
        yield from _with_passing_default(operation, column, value)
        return
    yield _add(operation, _relax(column))
    if default is not None:
        yield _set_default(operation, column)
    yield Backfill(table, column.name, value=value, schema=schema)
    if not column.nullable:
        again = Backfill(table, column.name, value=value, schema=schema)
        yield in_phase(CONTRACT, again)
        yield in_phase(CONTRACT, SetNotNull(table, column.name, schema=schema))


def _with_passing_default(
    operation: ops.AddColumnOp, column: sa.Column[Any], value: str
) -> Iterator[MigrateOperation]:
    """Old rows, and rows that old code inserts meanwhile, get the value; then the default goes."""
    added = copy_of_column(column)
    added.server_default = sa.DefaultClause(sa.text(with_colons_escaped(value)))
    yield _add(operation, added)
    yield in_phase(
        CONTRACT,
        ops.AlterColumnOp(
            operation.table_name,
            column.name,
            schema=operation.schema,
            existing_type=column.type,
            existing_nullable=False,
            existing_server_default=added.server_default,
            modify_server_default=None,
        ),
    )


def _set_default(operation: ops.AddColumnOp, column: sa.Column[Any]) -> ops.AlterColumnOp:
    return ops.AlterColumnOp(
        operation.table_name,
        column.name,
        schema=operation.schema,
        existing_type=column.type,
        existing_nullable=True,
        existing_server_default=None,
        modify_server_default=column.server_default,
    )


def _add(operation: ops.AddColumnOp, column: sa.Column[Any]) -> ops.AddColumnOp:
    return ops.AddColumnOp(operation.table_name, column, schema=operation.schema)


def _relax(column: sa.Column[Any]) -> sa.Column[Any]:
    copy = copy_of_column(column)
    copy.nullable = True
    copy.server_default = None
    return copy


def value_of_existing_rows(
    change: Change, column: sa.Column[Any], renamed_from: str | None = None
) -> Any:
    """Return the value of existing rows as SQL, or ``...`` where nobody has said it."""
    value = column.info.get(BACKFILL)
    if value is None:
        quote = change.context.dialect.identifier_preparer.quote
        return ... if renamed_from is None else quote(renamed_from)
    if isinstance(value, sa.ClauseElement):
        value = value.compile(
            dialect=change.context.dialect, compile_kwargs={"literal_binds": True}
        )
    return str(value)


def _default(change: Change, column: sa.Column[Any]) -> str | None:
    assert change.connection is not None
    return default_text(change.connection, column.server_default)


def is_instant(change: Change, column: sa.Column[Any], expression: str) -> bool:
    """Tell whether the new *column* takes the default *expression* and touches no row."""
    assert change.connection is not None
    return probe.is_instant(change.connection, column.type, expression)


def _is_serial(column: sa.Column[Any]) -> bool:
    return numbered_column(column.table) is column
