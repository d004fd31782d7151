"""Which objects an operation of Alembic's changes, by their keys in snapshots."""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ..internals import comes_with_type, index_name, name_by_convention
from .change import key_of
from .places import place_of
from .snapshot import Key


def touched(connection: Connection, operation: MigrateOperation) -> Iterator[Key]:
    """Yield the objects that *operation* changes; none for one that is not known."""
    schema, name = key_of(operation)
    place = place_of(schema, name, connection.dialect.default_schema_name)
    if isinstance(operation, ops.CreateTableOp | ops.DropTableOp):
        yield Key("table", "", place)
    elif isinstance(operation, ops.AddColumnOp):
        yield from _of_column(place, operation.column.name)
        yield from _rules_of(connection, place, operation.column)
    elif isinstance(operation, ops.DropColumnOp | ops.AlterColumnOp):
        yield from _of_column(place, operation.column_name)
    elif isinstance(operation, ops.CreateIndexOp | ops.DropIndexOp):
        yield Key("index", place, index_name(connection.dialect, operation.index_name))
    elif isinstance(operation, ops.AddConstraintOp):
        constraint = operation.to_constraint(MigrationContext.configure(connection))
        named = name_by_convention(connection.dialect, constraint)
        if named:
            yield Key("constraint", place, named)
    elif isinstance(operation, ops.DropConstraintOp):
        yield Key("constraint", place, str(operation.constraint_name))
    elif isinstance(operation, ops.CreateTableCommentOp | ops.DropTableCommentOp):
        yield Key("comment on table", place, "")


def _rules_of(connection: Connection, place: str, column: sa.Column[Any]) -> Iterator[Key]:
    """Yield the rules that come with a new column: those in it, and that of its type."""
    of_type = [rule for rule in _rules(column.table) if comes_with_type(rule)]
    mine = [rule for rule in of_type if column.name in rule.columns]
    for rule in [*column.constraints, *mine]:
        named = name_by_convention(connection.dialect, rule)
        if named:
            yield Key("constraint", place, named)


def _rules(table: sa.Table | None) -> Iterable[Any]:
    # A column that an owner's rewrite adds may be of no table.
    return () if table is None else table.constraints


def _of_column(place: str, name: str) -> Iterator[Key]:
    yield Key("column", place, name)
    yield Key("comment on column", place, name)
