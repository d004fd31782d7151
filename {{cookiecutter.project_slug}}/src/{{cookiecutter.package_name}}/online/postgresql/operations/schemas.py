"""Schemas and extensions: what must be there before anything else.

Each ``create`` passes over what is there already, each ``drop`` over what is gone, so that a
revision that was cut off can run again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy import Connection

from ...operations.colons import with_colons_escaped
from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...phase import CONTRACT, EXPAND

# A trusted extension needs the right to create in the database alone.
_EXTENSION = sa.text(
    """
    SELECT EXISTS (SELECT FROM pg_extension WHERE extname = :name) AS is_there,
           EXISTS (SELECT FROM pg_available_extensions WHERE name = :name) AS is_available,
           (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
           OR (has_database_privilege(current_database(), 'CREATE')
               AND EXISTS (SELECT FROM pg_available_extension_versions
                           WHERE name = :name AND trusted)) AS may_create
    """
)


@dataclass
class CreateSchema(Operation):
    """``op.create_schema(name)``."""

    name = "create_schema"
    footprint = Footprint("none on a table")
    ranks = {EXPAND: Expand.SCHEMAS}
    schema_name: str

    def run(self, operations: Operations) -> None:
        """Create the schema unless it exists."""
        operations.execute(
            with_colons_escaped(
                f"CREATE SCHEMA IF NOT EXISTS {identifier(operations, self.schema_name)}"
            )
        )

    def reverse(self) -> Operation:
        """Return the drop."""
        return DropSchema(self.schema_name)


@dataclass
class DropSchema(Operation):
    """``op.drop_schema(name)``: refuses, as PostgreSQL does, while somebody's tables are in it."""

    name = "drop_schema"
    footprint = Footprint("none on a table")
    ranks = {CONTRACT: Contract.DROP_SCHEMAS}
    schema_name: str

    def run(self, operations: Operations) -> None:
        """Drop the schema if it exists."""
        operations.execute(
            with_colons_escaped(f"DROP SCHEMA IF EXISTS {identifier(operations, self.schema_name)}")
        )

    def reverse(self) -> Operation:
        """Return the creation."""
        return CreateSchema(self.schema_name)


@dataclass
class CreateExtension(Operation):
    """``op.create_extension(name)``: stays on downgrade, for others may have come to use it."""

    name = "create_extension"
    footprint = Footprint("none on a table")
    ranks = {EXPAND: Expand.EXTENSIONS}
    extension: str

    def run(self, operations: Operations) -> None:
        """Create the extension unless the database has it."""
        operations.execute(
            with_colons_escaped(
                f"CREATE EXTENSION IF NOT EXISTS {identifier(operations, self.extension)}"
            )
        )

    def hindrances(self, connection: Connection) -> Iterable[str]:
        """Tell of an extension that the server lacks, or that this role may not create."""
        found = connection.execute(_EXTENSION, {"name": self.extension}).one()
        if found.is_there:
            return
        if not found.is_available:
            yield (
                f"The server has no extension {self.extension}: install its package there, or take "
                "a server that has it"
            )
        elif not found.may_create:
            yield (
                f"The role may not create the extension {self.extension}: let a superuser run "
                f'CREATE EXTENSION "{self.extension}" in this database'
            )
