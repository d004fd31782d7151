"""How each operation is made safe under live traffic: one small function per operation.

A function returns what stands in place of the operation, each part in its deploy phase. It
works on copies: the models' own columns are the application's.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext

from .operations.backfill import Backfill
from .operations.base import CONTRACT
from .operations.not_null import SetNotNull
from .phases import in_phase, on_new_table
from .prerequisites import without_creation

writer = Rewriter()
Operations = list[MigrateOperation]
BACKFILL = "backfill"


@writer.rewrites(ops.AddColumnOp)
def add_column(context: MigrationContext, _: Any, operation: ops.AddColumnOp) -> Operations:
    """Add a NOT NULL column in two steps that old and new code both live with."""
    if on_new_table(operation):
        return [operation]
    column = without_creation(operation.column)
    if _fills_itself(column) or column.nullable:
        return [_adding(operation, column)]
    return list(_add_not_null(context, operation, column))


def _add_not_null(
    context: MigrationContext, operation: ops.AddColumnOp, column: sa.Column[Any]
) -> Iterator[MigrateOperation]:
    table, schema = operation.table_name, operation.schema
    value = column.info.get(BACKFILL, ...)
    nullable = column._copy()
    nullable.nullable = True
    yield _adding(operation, nullable)
    yield Backfill(table, column.name, value=value, schema=schema)
    yield in_phase(CONTRACT, SetNotNull(table, column.name, schema=schema))


def _adding(operation: ops.AddColumnOp, column: sa.Column[Any]) -> ops.AddColumnOp:
    return ops.AddColumnOp(operation.table_name, column, schema=operation.schema)


def _fills_itself(column: sa.Column[Any]) -> bool:
    """Tell whether rows get their value without a word from us: key, identity, default."""
    return column.primary_key or column.server_default is not None
