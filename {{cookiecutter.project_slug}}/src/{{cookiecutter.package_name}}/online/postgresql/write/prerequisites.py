"""What new tables and columns need, which stock autogenerate leaves out.

Schemas, extensions, sequences, enums and domains come before the tables. The downgrade removes
them again, so that the next upgrade works.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.types import TypeEngine

from ...internals import copy_of_column, name_by_convention, sequences_of
from ...operations.operation import Operation
from ...service import ownership
from ...session.version_table import version_table
from ...write.change import Change, key_of, undone_by
from ...write.models import models_of
from ...write.places import place_of
from ...write.stored import stored_type
from ...write.tables import checks_of_columns, in_dependency_order, table_behind
from ..operations.comments import CommentOnConstraint
from ..operations.named_types import CreateDomain, CreateEnum
from ..operations.schemas import CreateExtension, CreateSchema
from ..operations.sequences import CreateSequence

_EXTENSION_OF = {postgresql.CITEXT: "citext", postgresql.HSTORE: "hstore"}


def complete(change: Change, operations: list[MigrateOperation]) -> list[MigrateOperation]:
    """Return the flat list *operations* with what is missing before and after them."""
    for operation in operations:
        if isinstance(operation, ops.CreateTableOp):
            operation.columns = [_not_serial(item) for item in operation.columns]
    needs = _Needs(change.context)
    wanted = list(needs.before(operations))
    # The comparison may have made some of them, in an order of its own.
    rest = [o for o in operations if not (isinstance(o, Operation) and o in wanted)]
    # With a database at hand, the comparison has found the comments that are missing.
    comments = _comments(change, operations) if change.context.as_sql else ()
    return [*wanted, *in_dependency_order(change, rest), *comments]


def _comments(change: Change, operations: list[MigrateOperation]) -> Iterator[MigrateOperation]:
    """Yield the comments on the constraints of new tables, which go with their tables."""
    for operation in operations:
        if not isinstance(operation, ops.CreateTableOp):
            continue
        table = change.model(key_of(operation))
        for rule in [] if table is None else [*table.constraints, *checks_of_columns(table)]:
            name = name_by_convention(change.context.dialect, rule)
            if rule.comment is not None and name is not None:
                said = CommentOnConstraint(
                    name, operation.table_name, rule.comment, schema=operation.schema
                )
                yield undone_by(said)


def _not_serial(item: Any) -> Any:
    """Return a key that takes from a sequence of the models as one that gets no other of its own."""
    if not isinstance(item, sa.Column) or not isinstance(item.default, sa.Sequence):
        return item
    copy = copy_of_column(item)
    copy.autoincrement = False
    # As the original: Alembic copies a column that has a table.
    copy.table = item.table
    return copy


class _Needs:
    """What the database has already, looked up once; offline it has nothing."""

    def __init__(self, context: MigrationContext) -> None:
        self._connection = context.connection if not context.as_sql else None
        self._dialect: Any = context.dialect
        self._metadata = models_of(context)
        self._default_schema = self._dialect.default_schema_name or "public"

    def before(self, operations: list[MigrateOperation]) -> Iterator[Operation]:
        columns = list(_new_columns(operations))
        if not columns:
            return
        parts = [part for column in columns for part in _parts(column.type, self._dialect)]
        named = {(part.schema, part.name): part for part in parts if _is_named(part)}
        sequences = list(self._sequences(columns))
        schemas = {o.schema for o in operations if isinstance(o, ops.CreateTableOp)}
        schemas |= {schema for schema, _ in named} | {sequence.schema for sequence in sequences}
        for schema in sorted(filter(None, schemas)):
            if not self._has_schema(schema):
                yield CreateSchema(schema)
        yield from self._extensions(parts)
        yield from sequences
        # Enums first: a domain may rest on one.
        for key in sorted(named, key=lambda key: (isinstance(named[key], DOMAIN), str(key))):
            if not self._has_type(*key):
                yield _creation(named[key])

    def _extensions(self, parts: list[TypeEngine[Any]]) -> Iterator[Operation]:
        wanted = set(ownership.EXTENSIONS)
        wanted |= {_EXTENSION_OF[type(part)] for part in parts if type(part) in _EXTENSION_OF}
        for extension in sorted(wanted):
            if not self._exists("SELECT FROM pg_extension WHERE extname = :name", extension):
                yield CreateExtension(extension)

    def _sequences(self, columns: list[sa.Column[Any]]) -> Iterator[CreateSequence]:
        # A column that an owner's rewrite adds may be of no table.
        tables = {(c.table.schema, c.table.name) for c in columns if c.table is not None}
        for sequence in sorted(sequences_of(self._metadata), key=lambda s: str(s.name)):
            column = sequence.column
            if column is not None and (column.table.schema, column.table.name) not in tables:
                continue
            if self._connection is not None and self._dialect.has_sequence(
                self._connection, sequence.name, schema=sequence.schema
            ):
                continue
            yield CreateSequence.of(sequence)

    def _has_schema(self, schema: str) -> bool:
        # That of the version table is there before the first revision.
        if schema in (self._default_schema, version_table().schema):
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


def _new_columns(operations: Iterable[MigrateOperation]) -> Iterator[sa.Column[Any]]:
    for operation in operations:
        if isinstance(operation, ops.CreateTableOp):
            yield from table_behind(operation).columns
        elif isinstance(operation, ops.AddColumnOp):
            yield operation.column


def named_types(metadata: sa.MetaData, dialect: Any) -> dict[str, Operation]:
    """Return what creates each enum and domain of the models, by the name in a snapshot."""
    parts = [part for column in _columns_of(metadata) for part in _parts(column.type, dialect)]
    default = dialect.default_schema_name
    return {
        place_of(part.schema, part.name, default): _creation(part)
        for part in parts
        if _is_named(part)
    }


def _parts(type_: TypeEngine[Any], dialect: Any) -> Iterator[Any]:
    """Yield *type_* as the database stores it, and the types that it is made of."""
    stored: Any = stored_type(type_, dialect)
    yield stored
    if isinstance(stored, sa.ARRAY):
        yield from _parts(stored.item_type, dialect)
    elif isinstance(stored, DOMAIN):
        yield from _parts(stored.data_type, dialect)


def _is_named(type_: Any) -> bool:
    """Tell whether *type_* is an enum or a domain that is ours to create."""
    native = isinstance(type_, sa.Enum) and type_.native_enum
    return (native or isinstance(type_, DOMAIN)) and getattr(type_, "create_type", True)


def _creation(type_: Any) -> Operation:
    if isinstance(type_, sa.Enum):
        return CreateEnum(str(type_.name), list(type_.enums), schema=type_.schema)
    return CreateDomain(
        type_.name,
        type_.data_type,
        check=None if type_.check is None else str(type_.check),
        constraint_name=type_.constraint_name,
        default=None if type_.default is None else str(type_.default),
        collation=type_.collation,
        not_null=bool(type_.not_null),
        schema=type_.schema,
    )


def extensions_of(metadata: sa.MetaData, dialect: Any) -> list[str]:
    """Return the extensions that the models need: those declared, and those of their types."""
    parts = [part for column in _columns_of(metadata) for part in _parts(column.type, dialect)]
    wanted = {_EXTENSION_OF[type(part)] for part in parts if type(part) in _EXTENSION_OF}
    return sorted(wanted | set(ownership.EXTENSIONS))


def schemas_of(metadata: sa.MetaData, dialect: Any) -> list[str]:
    """Return the schemas of the models' tables, types and sequences, but for the default one."""
    parts = [part for column in _columns_of(metadata) for part in _parts(column.type, dialect)]
    found = {table.schema for table in metadata.tables.values()}
    found |= {part.schema for part in parts if _is_named(part)}
    found |= {sequence.schema for sequence in sequences_of(metadata)}
    return sorted(filter(None, found - {dialect.default_schema_name}))


def _columns_of(metadata: sa.MetaData) -> Iterator[sa.Column[Any]]:
    for table in metadata.tables.values():
        yield from table.columns
