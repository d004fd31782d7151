"""Constraints on a table in use: added NOT VALID in an instant, validated beside the traffic.

Adding a constraint checks every row under a lock that stops writers; NOT VALID skips that
check, and VALIDATE makes it under SHARE UPDATE EXCLUSIVE, which writers pass (PostgreSQL docs,
ALTER TABLE, Notes). The two must be transactions of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import _add_check_constraint, _add_fk_constraint
from alembic.operations import Operations, ops

from .base import Operation
from .naming import kept, literal, quoted
from .steps import outside_transaction, run_briefly, run_long, scalar


@Operations.register_operation("create_foreign_key_not_valid", "not_valid")
class CreateForeignKeyNotValid(ops.CreateForeignKeyOp):
    """``op.create_foreign_key_not_valid(…)``: as ``op.create_foreign_key``; rows unchecked."""

    commits = True

    @classmethod
    def not_valid(cls, operations: Operations, *args: Any, **kwargs: Any) -> None:
        """Add the key for rows to come, unless it is there."""
        operations.invoke(cls(*args, **kwargs))

    @classmethod
    def like(cls, operation: ops.CreateForeignKeyOp) -> CreateForeignKeyNotValid:
        """Return the NOT VALID form of a plain creation."""
        keywords = {k: v for k, v in operation.kw.items() if k != "use_alter"}
        return cls(
            operation.constraint_name,
            operation.source_table,
            operation.referent_table,
            operation.local_cols,
            operation.remote_cols,
            **keywords,
        )


@Operations.register_operation("create_check_constraint_not_valid", "not_valid")
class CreateCheckConstraintNotValid(ops.CreateCheckConstraintOp):
    """``op.create_check_constraint_not_valid(…)``: as ``op.create_check_constraint``."""

    commits = True

    @classmethod
    def not_valid(cls, operations: Operations, *args: Any, **kwargs: Any) -> None:
        """Add the constraint for rows to come, unless it is there."""
        operations.invoke(cls(*args, **kwargs))

    @classmethod
    def like(cls, operation: ops.CreateCheckConstraintOp) -> CreateCheckConstraintNotValid:
        """Return the NOT VALID form of a plain creation."""
        return cls(
            operation.constraint_name,
            operation.table_name,
            operation.condition,
            schema=operation.schema,
            **operation.kw,
        )


@dataclass
class ValidateConstraint(Operation):
    """``op.validate_constraint(name, table)``: check the rows that were there before."""

    name = "validate_constraint"
    commits = True
    constraint_name: str
    table_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Validate the constraint; one that is valid already is left in peace."""
        table = quoted(operations, self.table_name, self.schema)
        constraint = quoted(operations, self.constraint_name)
        with outside_transaction(operations) as context:
            run_long(context, f"ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")


@dataclass
class DropForeignKey(Operation):
    """``op.drop_foreign_key(name, table)``: in a transaction of its own, for it locks two tables."""

    name = "drop_foreign_key"
    commits = True
    constraint_name: str
    table_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Drop the key, if it is there."""
        table = quoted(operations, self.table_name, self.schema)
        constraint = quoted(operations, self.constraint_name)
        with outside_transaction(operations) as context:
            run_briefly(
                context, f"ALTER TABLE IF EXISTS {table} DROP CONSTRAINT IF EXISTS {constraint}"
            )


def has_constraint(operations: Operations, name: str, table: str) -> bool:
    """Tell whether *table* (quoted, with its schema) has a constraint of this name."""
    return bool(
        scalar(
            operations,
            "SELECT count(*) FROM pg_constraint WHERE conname = :name "
            f"AND conrelid = to_regclass({literal(table)})",
            name=name,
        )
    )


@Operations.implementation_for(CreateForeignKeyNotValid)
@Operations.implementation_for(CreateCheckConstraintNotValid)
def _add(
    operations: Operations, operation: CreateForeignKeyNotValid | CreateCheckConstraintNotValid
) -> None:
    constraint = operation.to_constraint(operations.migration_context)
    constraint.dialect_options["postgresql"]["not_valid"] = True
    table = quoted(operations, constraint.table.name, constraint.table.schema)
    statement = sa.schema.AddConstraint(constraint).compile(
        dialect=operations.impl.dialect, compile_kwargs={"literal_binds": True}
    )
    with outside_transaction(operations) as context:
        name = kept(operations, constraint.name, "constraint")
        if context.as_sql:
            drop = f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {quoted(operations, name)}"
            run_briefly(context, drop, str(statement).strip())
        elif not has_constraint(operations, name, table):
            run_briefly(context, str(statement).strip())


@renderers.dispatch_for(CreateForeignKeyNotValid)
def _render_foreign_key(context: AutogenContext, operation: CreateForeignKeyNotValid) -> str:
    return _add_fk_constraint(context, operation).replace(
        "op.create_foreign_key(", "op.create_foreign_key_not_valid(", 1
    )


@renderers.dispatch_for(CreateCheckConstraintNotValid)
def _render_check(context: AutogenContext, operation: CreateCheckConstraintNotValid) -> str:
    return _add_check_constraint(context, operation).replace(
        "op.create_check_constraint(", "op.create_check_constraint_not_valid(", 1
    )
