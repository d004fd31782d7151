"""Types with a name of their own, enums and domains: they come before the tables that use them.

Each ``create`` passes over what is there already, each ``drop`` over what is gone, so that a
revision that was cut off can run again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import DOMAIN, ENUM, CreateDomainType, CreateEnumType
from sqlalchemy.types import TypeEngine

from ...operations.colons import with_colons_escaped
from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...phase import CONTRACT, EXPAND


@dataclass
class CreateEnum(Operation):
    """``op.create_enum(name, labels)``."""

    name = "create_enum"
    footprint = Footprint("none on a table")
    ranks = {EXPAND: Expand.TYPES + 1}
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
    footprint = Footprint("none on a table")
    ranks = {CONTRACT: Contract.DROP_TYPES}
    type_name: str
    labels: list[str]
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Drop the enum type if it exists."""
        operations.execute(
            with_colons_escaped(
                f"DROP TYPE IF EXISTS {identifier(operations, self.type_name, self.schema)}"
            )
        )

    def reverse(self) -> Operation:
        """Return the creation."""
        return CreateEnum(self.type_name, self.labels, schema=self.schema)


@dataclass
class CreateDomain(Operation):
    """``op.create_domain(name, type)``, with an optional CHECK on VALUE."""

    name = "create_domain"
    footprint = Footprint("none on a table")
    # After enums, on which a domain may rest, and sequences, from which its default may take.
    ranks = {EXPAND: Expand.TYPES + 2}
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
    """``op.drop_domain(name)``; *old* is its definition, for the way back."""

    name = "drop_domain"
    footprint = Footprint("none on a table")
    ranks = {CONTRACT: Contract.DROP_TYPES}
    type_name: str
    old: str | None = field(default=None, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Drop the domain if it exists."""
        operations.execute(
            with_colons_escaped(
                f"DROP DOMAIN IF EXISTS {identifier(operations, self.type_name, self.schema)}"
            )
        )

    def reverse(self) -> Operation | None:  # type: ignore[override]
        """Return what makes it again; None where nobody knows how it was."""
        if self.old is None:
            return None
        return RestoreDomain(self.type_name, self.old, schema=self.schema)


@dataclass
class RestoreDomain(Operation):
    """``op.restore_domain(name, definition)``: as it was, in PostgreSQL's words."""

    name = "restore_domain"
    footprint = Footprint("none on a table")
    type_name: str
    definition: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Create the domain unless it exists."""
        if not _exists(operations, self.type_name, self.schema):
            name = identifier(operations, self.type_name, self.schema)
            operations.execute(with_colons_escaped(f"CREATE DOMAIN {name} AS {self.definition}"))


def _create(operations: Operations, type_: ENUM | DOMAIN) -> None:
    create = CreateEnumType if isinstance(type_, ENUM) else CreateDomainType
    if not _exists(operations, str(type_.name), type_.schema):
        operations.execute(create(type_))


def _exists(operations: Operations, name: str, schema: str | None) -> bool:
    """Tell whether a type of this *name* is there; offline nobody knows, so it is not."""
    if operations.migration_context.as_sql:
        return False
    connection = operations.get_bind()
    dialect: Any = connection.dialect
    found: bool = dialect.has_type(connection, name, schema=schema)
    return found
