"""Schemas, extensions, sequences, enums and domains: what tables need before they exist.

Each ``create`` passes over what is there already, each ``drop`` over what is gone, so that a
revision that was cut off can run again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Self

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import DOMAIN, ENUM
from sqlalchemy.dialects.postgresql.named_types import CreateDomainType, CreateEnumType
from sqlalchemy.types import TypeEngine

from ...operations.colons import with_colons_escaped
from ...operations.naming import quoted
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...phase import CONTRACT, EXPAND


@dataclass
class CreateSchema(Operation):
    """``op.create_schema(name)``."""

    name = "create_schema"
    ranks = {EXPAND: Expand.SCHEMAS}
    schema_name: str

    def run(self, operations: Operations) -> None:
        """Create the schema unless it exists."""
        operations.execute(
            with_colons_escaped(
                f"CREATE SCHEMA IF NOT EXISTS {quoted(operations, self.schema_name)}"
            )
        )

    def reverse(self) -> Operation:
        """Return the drop."""
        return DropSchema(self.schema_name)


@dataclass
class DropSchema(Operation):
    """``op.drop_schema(name)``: refuses, as PostgreSQL does, while somebody's tables are in it."""

    name = "drop_schema"
    ranks = {CONTRACT: Contract.DROP_SCHEMAS}
    schema_name: str

    def run(self, operations: Operations) -> None:
        """Drop the schema if it exists."""
        operations.execute(
            with_colons_escaped(f"DROP SCHEMA IF EXISTS {quoted(operations, self.schema_name)}")
        )

    def reverse(self) -> Operation:
        """Return the creation."""
        return CreateSchema(self.schema_name)


@dataclass
class CreateExtension(Operation):
    """``op.create_extension(name)``: stays on downgrade, for others may have come to use it."""

    name = "create_extension"
    ranks = {EXPAND: Expand.EXTENSIONS}
    extension: str

    def run(self, operations: Operations) -> None:
        """Create the extension unless the database has it."""
        operations.execute(
            with_colons_escaped(
                f"CREATE EXTENSION IF NOT EXISTS {quoted(operations, self.extension)}"
            )
        )


@dataclass
class CreateEnum(Operation):
    """``op.create_enum(name, labels)``."""

    name = "create_enum"
    ranks = {EXPAND: Expand.TYPES}
    type_name: str
    labels: list[str]
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Create the enum type unless it exists."""
        _create(operations, ENUM(*self.labels, name=self.type_name, schema=self.schema))

    def reverse(self) -> Operation:
        """Return the drop."""
        return DropEnum(self.type_name, self.labels, schema=self.schema)


@dataclass
class DropEnum(Operation):
    """``op.drop_enum(name, labels)``: the labels are for the way back."""

    name = "drop_enum"
    ranks = {CONTRACT: Contract.DROP_TYPES}
    type_name: str
    labels: list[str]
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Drop the enum type if it exists."""
        operations.execute(
            with_colons_escaped(
                f"DROP TYPE IF EXISTS {quoted(operations, self.type_name, self.schema)}"
            )
        )

    def reverse(self) -> Operation:
        """Return the creation."""
        return CreateEnum(self.type_name, self.labels, schema=self.schema)


@dataclass
class CreateDomain(Operation):
    """``op.create_domain(name, type)``, with an optional CHECK on VALUE."""

    name = "create_domain"
    ranks = {EXPAND: Expand.TYPES}
    type_name: str
    data_type: TypeEngine[Any]
    check: str | None = field(default=None, kw_only=True)
    constraint_name: str | None = field(default=None, kw_only=True)
    default: str | None = field(default=None, kw_only=True)
    collation: str | None = field(default=None, kw_only=True)
    not_null: bool = field(default=False, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Create the domain unless it exists."""
        domain = DOMAIN(
            self.type_name,
            self.data_type,
            collation=self.collation,
            default=None if self.default is None else sa.text(self.default),
            constraint_name=self.constraint_name,
            not_null=self.not_null,
            check=self.check,
            schema=self.schema,
        )
        _create(operations, domain)

    def reverse(self) -> Operation:
        """Return the drop."""
        return DropDomain(self.type_name, schema=self.schema)


@dataclass
class DropDomain(Operation):
    """``op.drop_domain(name)``."""

    name = "drop_domain"
    ranks = {CONTRACT: Contract.DROP_TYPES}
    type_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Drop the domain if it exists."""
        operations.execute(
            with_colons_escaped(
                f"DROP DOMAIN IF EXISTS {quoted(operations, self.type_name, self.schema)}"
            )
        )


@dataclass
class CreateSequence(Operation):
    """``op.create_sequence(name)``, with the options of ``sa.Sequence``."""

    name = "create_sequence"
    ranks = {EXPAND: Expand.TYPES}
    sequence: str
    start: int | None = field(default=None, kw_only=True)
    increment: int | None = field(default=None, kw_only=True)
    minvalue: int | None = field(default=None, kw_only=True)
    maxvalue: int | None = field(default=None, kw_only=True)
    cycle: bool | None = field(default=None, kw_only=True)
    cache: int | None = field(default=None, kw_only=True)
    data_type: TypeEngine[Any] | None = field(default=None, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    @classmethod
    def of(cls, sequence: sa.Sequence) -> Self:
        """Return the creation of the models' *sequence*."""
        options = {f.name: getattr(sequence, f.name) for f in fields(cls) if f.kw_only}
        return cls(sequence.name, **options)

    def run(self, operations: Operations) -> None:
        """Create the sequence unless it exists."""
        options = {f.name: getattr(self, f.name) for f in fields(self) if f.kw_only}
        sequence = sa.Sequence(self.sequence, **options)
        operations.execute(sa.schema.CreateSequence(sequence, if_not_exists=True))

    def reverse(self) -> Operation:
        """Return the drop."""
        return DropSequence(self.sequence, schema=self.schema)


@dataclass
class DropSequence(Operation):
    """``op.drop_sequence(name)``."""

    name = "drop_sequence"
    ranks = {CONTRACT: Contract.DROP_TYPES}
    sequence: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Drop the sequence if it exists."""
        operations.execute(
            with_colons_escaped(
                f"DROP SEQUENCE IF EXISTS {quoted(operations, self.sequence, self.schema)}"
            )
        )


def _create(operations: Operations, type_: ENUM | DOMAIN) -> None:
    create = CreateEnumType if isinstance(type_, ENUM) else CreateDomainType
    context = operations.migration_context
    if not context.as_sql:
        connection = operations.get_bind()
        dialect: Any = connection.dialect
        if dialect.has_type(connection, type_.name, schema=type_.schema):
            return
    operations.execute(create(type_))
