"""New tables in an order that works, each with its indexes; the foreign keys of a cycle after them."""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from sqlalchemy import CheckConstraint, MetaData, Table
from sqlalchemy.schema import conv, sort_tables_and_constraints

from ..operations.naming import final_name
from ..phase import CONTRACT, in_phase, marked_phase
from .change import Change, key_of


def in_dependency_order(
    change: Change, operations: list[MigrateOperation]
) -> list[MigrateOperation]:
    """Return the flat list *operations* with the new tables first, complete and in order."""
    tables, keys = _in_order(change, operations)
    indexes = [o for o in operations if isinstance(o, ops.CreateIndexOp) and change.on_new_table(o)]
    placed = {id(operation) for operation in tables} | {id(operation) for operation in indexes}
    rest = [operation for operation in operations if id(operation) not in placed]
    new: list[MigrateOperation] = []
    for table in tables:
        new.append(_with_checks_of_columns(table))
        mine = [i for i in indexes if (i.schema, i.table_name) == (table.schema, table.table_name)]
        mine.sort(key=lambda index: str(index.index_name))
        new.extend(mine)
    return [*new, *keys, *_after_late_keys(change, keys, rest)]


def _after_late_keys(
    change: Change, keys: list[ops.CreateForeignKeyOp], rest: list[MigrateOperation]
) -> Iterator[MigrateOperation]:
    """Yield *rest*; what says something of a key that waits for the contract waits with it."""
    late = {
        (key_of(key), final_name(change.context, key))
        for key in keys
        if marked_phase(key) == CONTRACT
    }
    for operation in rest:
        named = (key_of(operation), getattr(operation, "constraint_name", None))
        yield in_phase(CONTRACT, operation) if named in late else operation


def _with_checks_of_columns(operation: ops.CreateTableOp) -> ops.CreateTableOp:
    """Add the CHECKs that stand inside a column: Alembic writes only those of the table."""
    operation.columns = [*operation.columns, *checks_of_columns(table_behind(operation))]
    return operation


def table_behind(operation: ops.CreateTableOp) -> sa.Table:
    """Return the table that *operation* was made from."""
    # Without a column of its own it still has a key, which may be of none.
    items = (sa.Column, sa.PrimaryKeyConstraint)
    return next(item.table for item in operation.columns if isinstance(item, items))


def checks_of_columns(table: Table) -> list[CheckConstraint]:
    """Return the rules that stand inside the columns of *table*, as rules of a table."""
    bare = Table(table.name, MetaData(), schema=table.schema)
    inside = [c for column in table.columns for c in column.constraints]
    return [
        CheckConstraint(check.sqltext, name=check.name and conv(str(check.name)), table=bare)
        for check in inside
        if isinstance(check, CheckConstraint)
    ]


def _in_order(
    change: Change, operations: Iterable[MigrateOperation]
) -> tuple[list[ops.CreateTableOp], list[ops.CreateForeignKeyOp]]:
    """Return the new tables, those that others rest on first, and the keys that must wait.

    These close a cycle, or rest on a column or a unique rule that an existing table gets in the
    same change.
    """
    new = [o for o in operations if isinstance(o, ops.CreateTableOp)]
    new.sort(key=lambda operation: (operation.schema or "", operation.table_name))
    creations = {table_behind(operation): operation for operation in new}
    ordered: list[ops.CreateTableOp] = []
    late: list[ops.CreateForeignKeyOp] = []
    pairs: Any = sort_tables_and_constraints(creations)  # type: ignore[no-untyped-call]
    for table, keys in pairs:
        if table is not None:
            ordered.append(creations[table])
            keys = [key for key in keys if _awaits_column(change, key) or _awaits_rule(change, key)]
        for key in sorted(keys, key=lambda key: str(key.name)):
            operation = creations[key.table]
            operation.columns = [item for item in operation.columns if item is not key]
            foreign = ops.CreateForeignKeyOp.from_constraint(key)
            late.append(in_phase(CONTRACT, foreign) if _awaits_rule(change, key) else foreign)
    return ordered, late


def _awaits_column(change: Change, key: sa.ForeignKeyConstraint) -> bool:
    table = (key.referred_table.schema, key.referred_table.name)
    return any((table, element.column.name) in change.added for element in key.elements)


def _awaits_rule(change: Change, key: sa.ForeignKeyConstraint) -> bool:
    """Tell whether the key rests on a unique rule that comes in the same change, in its contract."""
    table = (key.referred_table.schema, key.referred_table.name)
    columns = frozenset(element.column.name for element in key.elements)
    return (table, columns) in change.unique_to_come
