"""Existing columns: NULL and NOT NULL, defaults, comments; types are in ``column_types.py``."""

from collections.abc import Iterator

from alembic.operations import MigrateOperation, ops
from sqlalchemy import Computed, Identity

from ...database import column_types
from ...operations.backfill import Backfill
from ...operations.set_not_null import SetNotNull
from ...phase import CONTRACT, in_phase
from ..aspects import only
from ..change import Change, key_of, undone_by
from .columns import value_of_existing_rows
from .refusals import refuse_identity_change
from .writer import Operations, writer


@writer.makes_safe(ops.AlterColumnOp)
def alter_column(change: Change, operation: ops.AlterColumnOp) -> Operations:
    """Take the change apart: each aspect has its own phase and its own way."""
    return list(_aspects(change, operation))


def _aspects(change: Change, operation: ops.AlterColumnOp) -> Iterator[MigrateOperation]:
    default = operation.modify_server_default
    if operation.modify_type is not None:
        with_default = default is not False and column_types.SAYS_DEFAULT_TOO
        said = {"modify_server_default": default} if with_default else {}
        step = only(operation, modify_type=operation.modify_type, **said)
        yield from column_types.change_type(change, step)
        default = False if with_default else default
    if default is not False:
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
    is_generated = any(isinstance(default, generated) for default in defaults)
    stays_identity = all(isinstance(default, Identity) for default in defaults)
    if is_generated and not stays_identity:
        return refuse_identity_change(change, step)
    # Old code may leave the value to the default that goes.
    return [in_phase(CONTRACT, step) if operation.modify_server_default is None else step]


def _set_not_null(operation: ops.AlterColumnOp) -> MigrateOperation:
    return SetNotNull(operation.table_name, operation.column_name, schema=operation.schema)
