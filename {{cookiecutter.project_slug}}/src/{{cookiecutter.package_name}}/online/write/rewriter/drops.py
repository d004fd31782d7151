"""What goes: columns, which go alike in every database, and what drops of rules and tables share."""

from collections.abc import Callable
from typing import Any

from alembic.operations import MigrateOperation, ops
from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.schema import conv

from ...internals import copy_of_column, original_of
from ...operations.colons import with_colons_escaped
from ...operations.rank import Contract, with_ranks
from ...operations.set_not_null import SetNotNull
from ...phase import CONTRACT, in_phase
from ..change import Change, key_of, undone_by
from .renamed import back, new_column
from .writer import Operations, writer


@writer.makes_safe(ops.DropColumnOp)
def drop_column(change: Change, operation: ops.DropColumnOp) -> Operations:
    """Let new code insert without the column first; the column goes when old code is gone."""
    column = operation.to_column()
    table, schema = operation.table_name, operation.schema
    drop = in_phase(CONTRACT, operation)
    if column.computed is not None:
        # Before the columns that it is made of; the way back has the opposite order.
        drop = with_ranks(drop, {CONTRACT: Contract.DROP_COLUMNS - 1})
    new = new_column(change, operation)
    relaxed = copy_of_column(column)
    relaxed.nullable = True
    again = ops.AddColumnOp(table, relaxed, schema=schema)
    if new is not None:
        undone_by(drop, *back(change, operation, again, new))
    if column.nullable or (
        new is None and column.server_default is not None and column.computed is None
    ):
        return [drop]
    if new is None:
        undone_by(drop, again)
    relax = ops.AlterColumnOp(
        table,
        column.name,
        schema=schema,
        existing_type=column.type,
        existing_comment=column.comment,
        modify_nullable=True,
    )
    return [undone_by(relax, SetNotNull(table, column.name, schema=schema)), drop]


def goes_with_column(change: Change, operation: ops.DropConstraintOp | ops.DropIndexOp) -> bool:
    """Tell whether the rule is on a column that goes: then it waits for that."""
    if original_of(operation) is None:
        return False
    rule: Any
    rule = (
        operation.to_index()
        if isinstance(operation, ops.DropIndexOp)
        else operation.to_constraint()
    )
    columns = getattr(rule, "columns", {}).keys()
    return any((key_of(operation), column) in change.removed for column in columns)


def keys_before_table(
    operation: ops.DropTableOp,
    drop_key: Callable[[ForeignKeyConstraint], MigrateOperation],
    *after_way_back: MigrateOperation,
) -> Operations:
    """Return the drops of the table's foreign keys, then its own, for the contract.

    Each key locks another table too, so that each goes by itself. *after_way_back* is what the
    table needs when a downgrade has made it again.
    """
    table = operation.to_table()
    steps: Operations = []
    for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
        back = ops.CreateForeignKeyOp.from_constraint(key)
        steps.append(in_phase(CONTRACT, undone_by(drop_key(key), back)))
    bare = ops.CreateTableOp.from_table(table)
    items = [item for item in bare.columns if not isinstance(item, ForeignKeyConstraint)]
    bare.columns = [_as_read(item) if isinstance(item, CheckConstraint) else item for item in items]
    return [*steps, in_phase(CONTRACT, undone_by(operation, bare, *after_way_back))]


def _as_read(check: CheckConstraint) -> CheckConstraint:
    """Return a reflected rule as SQL that is what it is: reflection takes its colons for parameters."""
    text = with_colons_escaped(str(getattr(check.sqltext, "text", check.sqltext)))
    return CheckConstraint(text, name=check.name and conv(str(check.name)))


def drops_rule(operation: ops.DropIndexOp) -> bool:
    """Tell whether the index is a rule, as a unique one: it goes early, for new code may break it."""
    return bool(getattr(original_of(operation), "unique", False))
