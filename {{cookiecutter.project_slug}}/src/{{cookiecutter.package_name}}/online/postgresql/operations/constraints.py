"""Constraints on a table in use: added NOT VALID in an instant, validated beside the traffic.

Adding a constraint checks every row under a lock that stops writers; NOT VALID skips that
check, and VALIDATE makes it under SHARE UPDATE EXCLUSIVE, which writers pass (PostgreSQL docs,
ALTER TABLE, Notes). The two must be transactions of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

import sqlalchemy as sa
from alembic.operations import MigrateOperation, Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ...internals import render_check, render_foreign_key
from ...operations.foresight.footprint import Footprint
from ...operations.foresight.rules import Holds, Refers, Rule
from ...operations.naming import identifier, name_in_database
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...operations.stand_in import StandIn
from ...operations.statements import outside_transaction, scalar
from ...phase import CONTRACT, EXPAND
from .statements import run_briefly, run_long

_NOT_VALID = sa.text(
    """
    SELECT pg_get_expr(conbin, conrelid) AS condition, nspname AS parent_schema, relname AS parent,
           ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS k (n, at)
                 JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY at) AS columns,
           ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS k (n, at)
                 JOIN pg_attribute ON attrelid = confrelid AND attnum = n ORDER BY at)
               AS parent_columns
    FROM pg_constraint c LEFT JOIN pg_class p ON p.oid = confrelid
    LEFT JOIN pg_namespace n ON n.oid = relnamespace
    WHERE conname = :name AND conrelid = to_regclass(:table) AND NOT convalidated
      AND contype IN ('c', 'f')
    """
)


class CreateForeignKeyNotValid(StandIn[ops.CreateForeignKeyOp]):
    """``op.create_foreign_key_not_valid(…)``: as ``op.create_foreign_key``; rows unchecked."""

    name = "create_foreign_key_not_valid"
    footprint = Footprint("SHARE ROW EXCLUSIVE on both tables, for an instant")
    ranks = {EXPAND: Expand.CHECKS, CONTRACT: Contract.CHECKS}
    commits = True
    plain_class = ops.CreateForeignKeyOp
    plain_name = "create_foreign_key"
    plain_render = render_foreign_key

    @classmethod
    def like(cls, operation: ops.CreateForeignKeyOp, **changes: Any) -> Self:
        """Return the NOT VALID form of a plain creation."""
        # A cycle of new tables is made with ``use_alter``, which is no argument of the call.
        keywords = {k: v for k, v in operation.kw.items() if k != "use_alter"}
        return super().like(operation, kw=keywords, **changes)

    def run(self, operations: Operations) -> None:
        """Add the key for rows to come, unless it is there."""
        add_not_valid(operations, self.plain)

    def reverse(self) -> MigrateOperation:
        """Return the drop."""
        return self.plain.reverse()


class CreateCheckConstraintNotValid(StandIn[ops.CreateCheckConstraintOp]):
    """``op.create_check_constraint_not_valid(…)``: as ``op.create_check_constraint``."""

    name = "create_check_constraint_not_valid"
    footprint = Footprint("ACCESS EXCLUSIVE, for an instant")
    ranks = {EXPAND: Expand.CHECKS, CONTRACT: Contract.CHECKS}
    commits = True
    plain_class = ops.CreateCheckConstraintOp
    plain_name = "create_check_constraint"
    plain_render = render_check

    def run(self, operations: Operations) -> None:
        """Add the constraint for rows to come, unless it is there."""
        add_not_valid(operations, self.plain)

    def reverse(self) -> MigrateOperation:
        """Return the drop."""
        return self.plain.reverse()


@dataclass
class ValidateConstraint(Operation):
    """``op.validate_constraint(name, table)``: check the rows that were there before."""

    name = "validate_constraint"
    footprint = Footprint("SHARE UPDATE EXCLUSIVE, which writers pass", "every row")
    ranks = {EXPAND: Expand.VALIDATION, CONTRACT: Contract.VALIDATION}
    commits = True
    constraint_name: str
    table_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Validate the constraint; one that is valid already is left in peace."""
        table = identifier(operations, self.table_name, self.schema)
        constraint = identifier(operations, self.constraint_name)
        with outside_transaction(operations) as context:
            run_long(context, f"ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")

    def rules(self, context: MigrationContext, connection: Connection) -> Iterable[Rule]:
        """Return the rule of a constraint that is there and not yet valid."""
        table = context.dialect.identifier_preparer.format_table(
            sa.table(self.table_name, schema=self.schema)
        )
        asked = {"name": self.constraint_name, "table": table}
        for found in connection.execute(_NOT_VALID, asked):
            place, name = (self.schema, self.table_name), self.constraint_name
            if found.condition is not None:
                yield Holds(*place, (), name, found.condition)
            else:
                yield Refers(
                    *place,
                    tuple(found.columns),
                    name,
                    found.parent_schema,
                    found.parent,
                    tuple(found.parent_columns),
                )


@dataclass
class DropForeignKey(Operation):
    """``op.drop_foreign_key(name, table)``: in a transaction of its own, for it locks two tables."""

    name = "drop_foreign_key"
    footprint = Footprint("ACCESS EXCLUSIVE on both tables, for an instant")
    ranks = {EXPAND: Expand.DROP_FOREIGN_KEYS, CONTRACT: Contract.DROP_FOREIGN_KEYS}
    commits = True
    constraint_name: str
    table_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Drop the key, if it is there."""
        table = identifier(operations, self.table_name, self.schema)
        constraint = identifier(operations, self.constraint_name)
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
            "AND conrelid = to_regclass(:table)",
            name=name,
            table=table,
        )
    )


def add_not_valid(operations: Operations, operation: ops.AddConstraintOp) -> None:
    """Add the constraint of *operation* NOT VALID, unless it is there."""
    constraint: Any = operation.to_constraint(operations.migration_context)
    constraint.dialect_options["postgresql"]["not_valid"] = True
    table = identifier(operations, constraint.table.name, constraint.table.schema)
    statement = sa.schema.AddConstraint(constraint).compile(
        dialect=operations.impl.dialect, compile_kwargs={"literal_binds": True}
    )
    with outside_transaction(operations) as context:
        name = name_in_database(operations, constraint.name, "constraint")
        if context.as_sql:
            drop = f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {identifier(operations, name)}"
            run_briefly(context, drop, str(statement).strip())
        elif not has_constraint(operations, name, table):
            run_briefly(context, str(statement).strip())
