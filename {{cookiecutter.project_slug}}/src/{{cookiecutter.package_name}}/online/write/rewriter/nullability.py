"""Existing columns: NULL and NOT NULL, defaults, comments; types are in ``column_types.py``."""

from collections.abc import Iterator
from typing import Any

from alembic.operations import MigrateOperation, ops
from sqlalchemy import Computed, Identity

from ...database import column_types, not_null, refusals
from ...operations.backfill import Backfill
from ...phase import CONTRACT, in_phase
from ..aspects import only
from ..change import Change, key_of, undone_by
from .columns import value_of_existing_rows
from .writer import Operations, writer


@writer.rewrites(ops.AlterColumnOp)
def alter_column(context: Any, _: Any, operation: ops.AlterColumnOp) -> Operations:
    """Take the change apart: each aspect has its own phase and its own way."""
    return list(_aspects(Change.current(), operation))


def _aspects(change: Change, operation: ops.AlterColumnOp) -> Iterator[MigrateOperation]:
    if operation.modify_type is not None:
        yield from column_types.change_type(change, operation)
    if operation.modify_server_default is not False:
        yield from _change_default(change, operation)
    if operation.modify_comment is not False:
        yield only(operation, modify_comment=operation.modify_comment)
    if operation.modify_nullable is True:
        relaxed = only(operation, modify_nullable=True)
        yield undone_by(relaxed, _set_not_null(operation))
    elif operation.modify_nullable is False:
        yield from _tighten(change, operation)


def _tighten(change: Change, operation: ops.AlterColumnOp) -> Iterator[MigrateOperation]:
    """Yield a backfill, where the author or the default says with what, then SET NOT NULL."""
    column = change.column(key_of(operation), operation.column_name)
    value = ... if column is None else value_of_existing_rows(change, column)
    if value is not ...:
        fill = Backfill(
            operation.table_name, operation.column_name, value=value, schema=operation.schema
        )
        yield in_phase(CONTRACT, fill)
    yield in_phase(CONTRACT, _set_not_null(operation))


def _change_default(change: Change, operation: ops.AlterColumnOp) -> Operations:
    """Change the default in one short step; identity is another matter."""
    generated = (Identity, Computed)
    defaults = (operation.modify_server_default, operation.existing_server_default)
    step = only(operation, modify_server_default=operation.modify_server_default)
    if any(isinstance(default, generated) for default in defaults):
        column = change.column(key_of(operation), operation.column_name)
        if not all(isinstance(default, Identity) for default in defaults):
            return refusals.identity_changed(change, step, None if column is None else column.info)
    return [step]


def _set_not_null(operation: ops.AlterColumnOp) -> MigrateOperation:
    return not_null.SetNotNull(operation.table_name, operation.column_name, schema=operation.schema)
