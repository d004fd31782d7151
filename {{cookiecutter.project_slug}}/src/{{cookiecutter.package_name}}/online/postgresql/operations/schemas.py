"""Schemas and extensions: what must be there before anything else.

Each ``create`` passes over what is there already, each ``drop`` over what is gone, so that a
revision that was cut off can run again.
"""

from __future__ import annotations

from dataclasses import dataclass

from alembic.operations import Operations

from ...operations.colons import with_colons_escaped
from ...operations.naming import identifier
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
    ranks = {EXPAND: Expand.EXTENSIONS}
    extension: str

    def run(self, operations: Operations) -> None:
        """Create the extension unless the database has it."""
        operations.execute(
            with_colons_escaped(
                f"CREATE EXTENSION IF NOT EXISTS {identifier(operations, self.extension)}"
            )
        )
