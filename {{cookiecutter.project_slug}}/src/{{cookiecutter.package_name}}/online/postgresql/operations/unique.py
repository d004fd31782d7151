"""Unique constraints and primary keys on a table in use: a concurrent index becomes the constraint.

The index is built beside the traffic; ADD CONSTRAINT … USING INDEX takes it over in an instant
(PostgreSQL docs, ALTER TABLE, "ADD table_constraint_using_index").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from alembic.operations import MigrateOperation, Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ...operations.foresight.of_alembic import quoted
from ...operations.foresight.rules import Filled, Rule, Unique
from ...operations.naming import identifier, literal, shortened
from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...operations.statements import outside_transaction
from ...phase import CONTRACT, EXPAND
from .blocks import block
from .constraints import has_constraint
from .footprints import BUILT_AND_TAKEN
from .indexes import build, drop_if_invalid
from .statements import run_briefly


@dataclass
class CreateUniqueUsingIndex(Operation):
    """``op.create_unique_using_index(name, table, columns)``."""

    name = "create_unique_using_index"
    footprint = BUILT_AND_TAKEN
    ranks = {EXPAND: Expand.UNIQUE, CONTRACT: Contract.UNIQUE}
    commits = True
    constraint_name: str
    table_name: str
    columns: list[str]
    deferrable: bool | None = field(default=None, kw_only=True)
    initially: str | None = field(default=None, kw_only=True)
    include: list[str] | None = field(default=None, kw_only=True)
    nulls_not_distinct: bool = field(default=False, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Build the index, then make it the constraint, unless the constraint is there."""
        table = identifier(operations, self.table_name, self.schema)
        with outside_transaction(operations) as context:
            if not context.as_sql and has_constraint(operations, self.constraint_name, table):
                return
            build_unique_index(
                operations,
                self.constraint_name,
                self.table_name,
                self.columns,
                self.schema,
                include=self.include,
                nulls_not_distinct=self.nulls_not_distinct,
            )
            constraint = identifier(operations, self.constraint_name)
            timing = " DEFERRABLE" if self.deferrable else ""
            timing += f" INITIALLY {self.initially}" if self.initially else ""
            add = (
                f"ALTER TABLE {table} ADD CONSTRAINT {constraint} UNIQUE USING INDEX "
                f"{constraint}{timing}"
            )
            run_briefly(context, self._unless_there(table, add) if context.as_sql else add)

    def rules(self, context: MigrationContext, connection: Connection) -> Iterable[Rule]:
        """No two rows may be alike."""
        return [
            Unique(
                self.schema,
                self.table_name,
                tuple(self.columns),
                self.constraint_name,
                tuple(quoted(context, name) for name in self.columns),
                nulls_alike=self.nulls_not_distinct,
            )
        ]

    def _unless_there(self, table: str, add: str) -> str:
        """Return *add* for the offline output: where an earlier run came so far, it does nothing."""
        return block(
            " BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = "
            f"{literal(self.constraint_name)} AND conrelid = {literal(table)}::regclass) THEN "
            f"{add}; END IF; END "
        )

    def reverse(self) -> MigrateOperation:
        """Return the drop of the constraint, its index with it."""
        return ops.DropConstraintOp(
            self.constraint_name, self.table_name, "unique", schema=self.schema
        )


@dataclass
class ReplacePrimaryKey(Operation):
    """``op.replace_primary_key(name, table, columns, old=…)``: the columns are NOT NULL already."""

    name = "replace_primary_key"
    footprint = BUILT_AND_TAKEN
    ranks = {CONTRACT: Contract.UNIQUE}
    commits = True
    constraint_name: str
    table_name: str
    columns: list[str]
    old: str | None = field(default=None, kw_only=True)
    old_columns: list[str] | None = field(default=None, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Build the new key's index, then change the keys in one short transaction."""
        table = identifier(operations, self.table_name, self.schema)
        index = shortened(f"{self.constraint_name}_{'_'.join(self.columns)}")
        with outside_transaction(operations) as context:
            if not context.as_sql and self._is_done(operations):
                return
            build_unique_index(operations, index, self.table_name, self.columns, self.schema)
            steps = [
                f"ALTER TABLE {table} ADD CONSTRAINT {identifier(operations, self.constraint_name)} "
                f"PRIMARY KEY USING INDEX {identifier(operations, index)}"
            ]
            if self.old is not None:
                old = identifier(operations, self.old)
                steps.insert(0, f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {old}")
            run_briefly(context, *steps)

    def rules(self, context: MigrationContext, connection: Connection) -> Iterable[Rule]:
        """No row may hold NULL in the key, and no two rows may be alike in it."""
        texts = tuple(quoted(context, name) for name in self.columns)
        place, columns = (self.schema, self.table_name), tuple(self.columns)
        yield from (Filled(*place, (name,)) for name in columns)
        yield Unique(*place, columns, self.constraint_name, texts)

    def _is_done(self, operations: Operations) -> bool:
        import sqlalchemy as sa

        inspector = sa.inspect(operations.get_bind())
        key = inspector.get_pk_constraint(self.table_name, self.schema)
        return key["constrained_columns"] == self.columns

    def reverse(self) -> MigrateOperation:
        """Return the change back, or the drop where there was no key before."""
        if self.old is None or self.old_columns is None:
            return ops.DropConstraintOp(
                self.constraint_name, self.table_name, "primary", schema=self.schema
            )
        return ReplacePrimaryKey(
            self.old,
            self.table_name,
            self.old_columns,
            old=self.constraint_name,
            old_columns=self.columns,
            schema=self.schema,
        )


def build_unique_index(
    operations: Operations,
    name: str,
    table_name: str,
    columns: list[str],
    schema: str | None,
    *,
    include: list[str] | None = None,
    nulls_not_distinct: bool = False,
) -> None:
    """Build a unique index concurrently, outside a transaction; an INVALID one is built again."""

    def listed(names: list[str]) -> str:
        return ", ".join(identifier(operations, column) for column in names)

    drop_if_invalid(operations, name, schema)
    statement = (
        f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {identifier(operations, name)} "
        f"ON {identifier(operations, table_name, schema)} ({listed(columns)})"
    )
    statement += f" INCLUDE ({listed(include)})" if include else ""
    statement += " NULLS NOT DISTINCT" if nulls_not_distinct else ""
    build(operations, name, schema, statement)


def options_of(operation: ops.CreateUniqueConstraintOp) -> dict[str, Any]:
    """Return the keyword arguments of ``create_unique_using_index`` for a plain creation."""
    given = operation.kw
    return {
        "deferrable": given.get("deferrable"),
        "initially": given.get("initially"),
        "include": given.get("postgresql_include") or None,
        "nulls_not_distinct": bool(given.get("postgresql_nulls_not_distinct")),
        "schema": operation.schema,
    }
