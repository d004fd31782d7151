"""What new tables and columns need, which stock autogenerate leaves out.

Schemas, extensions, sequences, enums and domains come before the tables; the foreign keys of a
cycle come after them. The downgrade removes them again, so that the next upgrade works.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.ddl import sort_tables_and_constraints
from sqlalchemy.types import TypeEngine

from .. import ownership
from .change import Change
from .operations import types
from .operations.base import Operation

_EXTENSION_OF = {postgresql.CITEXT: "citext", postgresql.HSTORE: "hstore"}


def completed(change: Change, operations: list[MigrateOperation]) -> list[MigrateOperation]:
    """Return the flat list *operations* with what is missing before and after them."""
    needs = _Needs(change.context)
    before = list(needs.before(operations))
    tables, keys = _in_order(operations)
    for key in keys:
        change.adopt(key)
    indexes = [o for o in operations if isinstance(o, ops.CreateIndexOp) and change.on_new_table(o)]
    placed = {id(operation) for operation in tables} | {id(operation) for operation in indexes}
    rest = [operation for operation in operations if id(operation) not in placed]
    new: list[MigrateOperation] = []
    for table in tables:
        new.append(table)
        mine = [i for i in indexes if (i.schema, i.table_name) == (table.schema, table.table_name)]
        mine.sort(key=lambda index: str(index.index_name))
        new.extend(mine)
    return [*before, *new, *keys, *rest]


class _Needs:
    """What the database has already, looked up once; offline it has nothing."""

    def __init__(self, context: MigrationContext) -> None:
        self._connection = context.connection if not context.as_sql else None
        self._dialect: Any = context.dialect
        self._metadata: sa.MetaData = context.opts["target_metadata"]
        self._default_schema = self._dialect.default_schema_name or "public"

    def before(self, operations: list[MigrateOperation]) -> Iterator[Operation]:
        columns = list(_new_columns(operations))
        if not columns:
            return
        schemas = {o.schema for o in operations if isinstance(o, ops.CreateTableOp) and o.schema}
        named = [_named_types(column.type) for column in columns]
        found = {(t.schema, t.name): t for group in named for t in group}
        schemas |= {schema for schema, _ in found if schema}
        yield from (types.CreateSchema(s) for s in sorted(schemas) if not self._has_schema(s))
        yield from self._extensions(columns)
        yield from self._sequences(columns)
        for key in sorted(found, key=str):
            if not self._has_type(*key):
                yield _creation(found[key])

    def _extensions(self, columns: list[sa.Column[Any]]) -> Iterator[Operation]:
        wanted = set(ownership.EXTENSIONS)
        wanted |= {_EXTENSION_OF[type(c.type)] for c in columns if type(c.type) in _EXTENSION_OF}
        for extension in sorted(wanted):
            if not self._exists("SELECT FROM pg_extension WHERE extname = :name", extension):
                yield types.CreateExtension(extension)

    def _sequences(self, columns: list[sa.Column[Any]]) -> Iterator[Operation]:
        tables = {(column.table.schema, column.table.name) for column in columns}
        for sequence in sorted(self._metadata._sequences.values(), key=lambda s: str(s.name)):
            column = sequence.column
            if column is not None and (column.table.schema, column.table.name) not in tables:
                continue
            if self._connection is not None and self._dialect.has_sequence(
                self._connection, sequence.name, schema=sequence.schema
            ):
                continue
            yield types.CreateSequence(
                sequence.name,
                start=sequence.start,
                increment=sequence.increment,
                schema=sequence.schema,
            )

    def _has_schema(self, schema: str) -> bool:
        if schema == self._default_schema:
            return True
        return self._exists("SELECT FROM pg_namespace WHERE nspname = :name", schema)

    def _has_type(self, schema: str | None, name: str) -> bool:
        if self._connection is None:
            return False
        return bool(self._dialect.has_type(self._connection, name, schema=schema))

    def _exists(self, query: str, name: str) -> bool:
        if self._connection is None:
            return False
        return bool(self._connection.scalar(sa.text(f"SELECT EXISTS ({query})"), {"name": name}))


def _in_order(
    operations: Iterable[MigrateOperation],
) -> tuple[list[ops.CreateTableOp], list[ops.CreateForeignKeyOp]]:
    """Return the new tables, those that others rest on first, and the keys that close a cycle."""
    creations = {table_behind(o): o for o in operations if isinstance(o, ops.CreateTableOp)}
    ordered: list[ops.CreateTableOp] = []
    late: list[ops.CreateForeignKeyOp] = []
    pairs: Any = sort_tables_and_constraints(creations)  # type: ignore[no-untyped-call]
    for table, keys in pairs:
        if table is not None:
            ordered.append(creations[table])
            keys = [key for key in table.foreign_key_constraints if key.use_alter]
        for key in sorted(keys, key=lambda key: str(key.name)):
            operation = creations[key.table]
            operation.columns = [item for item in operation.columns if item is not key]
            late.append(ops.CreateForeignKeyOp.from_constraint(key))
    return ordered, late


def _new_columns(operations: Iterable[MigrateOperation]) -> Iterator[sa.Column[Any]]:
    for operation in operations:
        if isinstance(operation, ops.CreateTableOp):
            yield from table_behind(operation).columns
        elif isinstance(operation, ops.AddColumnOp):
            yield operation.column


def table_behind(operation: ops.CreateTableOp) -> sa.Table:
    """Return the table that *operation* was made from."""
    return next(item.table for item in operation.columns if isinstance(item, sa.Column))


def _named_types(type_: TypeEngine[Any]) -> list[Any]:
    """Return the enum or domain that *type_* is, or holds as the item of an array."""
    item = type_.item_type if isinstance(type_, sa.ARRAY) else type_
    native = isinstance(item, sa.Enum) and item.native_enum
    domain = isinstance(item, postgresql.DOMAIN)
    return [item] if (native or domain) and getattr(item, "create_type", True) else []


def _creation(type_: Any) -> Operation:
    if isinstance(type_, sa.Enum):
        return types.CreateEnum(str(type_.name), list(type_.enums), schema=type_.schema)
    return types.CreateDomain(
        type_.name,
        type_.data_type,
        check=None if type_.check is None else str(type_.check),
        constraint_name=type_.constraint_name,
        default=None if type_.default is None else str(type_.default),
        collation=type_.collation,
        not_null=bool(type_.not_null),
        schema=type_.schema,
    )
