"""Indexes on a table in use: built and dropped CONCURRENTLY, and never left INVALID.

A concurrent build that was cut off leaves an INVALID index, which IF NOT EXISTS would pass over
(PostgreSQL docs, CREATE INDEX, "Building Indexes Concurrently").
"""

from __future__ import annotations

from typing import Any, Self

import sqlalchemy as sa
from alembic.operations import Operations, ops
from sqlalchemy.exc import DBAPIError

from ...internals import render_create_index, render_drop_index
from ...operations.naming import identifier, literal, name_in_database
from ...operations.rank import Contract, Expand
from ...operations.stand_in import StandIn
from ...operations.statements import outside_transaction, scalar
from ...phase import CONTRACT, EXPAND
from ..session.driver import breaks_a_rule
from .footprints import BUILT_BESIDE, DROPPED_BESIDE
from .statements import run_long


class CreateIndexConcurrently(StandIn[ops.CreateIndexOp]):
    """``op.create_index_concurrently(name, table, columns, …)``: as ``op.create_index``."""

    name = "create_index_concurrently"
    footprint = BUILT_BESIDE
    ranks = {EXPAND: Expand.INDEXES, CONTRACT: Contract.INDEXES}
    commits = True
    plain_class = ops.CreateIndexOp
    plain_name = "create_index"
    plain_render = render_create_index

    @classmethod
    def like(cls, operation: ops.CreateIndexOp, **changes: Any) -> Self:
        """Return the concurrent form of a plain creation."""
        # SQLAlchemy reads an index without INCLUDE back with an empty one.
        keywords = {name: value for name, value in operation.kw.items() if value != []}
        return super().like(operation, kw=keywords, **changes)

    def run(self, operations: Operations) -> None:
        """Build the index beside the traffic; an INVALID leftover is dropped and built again."""
        index = self.plain.to_index(operations.migration_context)
        _include(index)
        create = sa.schema.CreateIndex(index, if_not_exists=True)
        index.dialect_options["postgresql"]["concurrently"] = True
        statement = str(
            create.compile(dialect=operations.impl.dialect, compile_kwargs={"literal_binds": True})
        ).strip()
        name = name_in_database(operations, index.name, "index")
        with outside_transaction(operations):
            drop_if_invalid(operations, name, self.plain.schema)
            build(operations, name, self.plain.schema, statement)

    def reverse(self) -> DropIndexConcurrently:
        """Return the concurrent drop."""
        return DropIndexConcurrently.like(self.plain.reverse())


class DropIndexConcurrently(StandIn[ops.DropIndexOp]):
    """``op.drop_index_concurrently(name, table_name=…)``: as ``op.drop_index``."""

    name = "drop_index_concurrently"
    footprint = DROPPED_BESIDE
    ranks = {CONTRACT: Contract.DROP_INDEXES}
    commits = True
    plain_class = ops.DropIndexOp
    plain_name = "drop_index"
    plain_render = render_drop_index

    def run(self, operations: Operations) -> None:
        """Drop the index beside the traffic, if it is there."""
        index = self.plain.to_index(operations.migration_context)
        kept = name_in_database(operations, index.name, "index")
        name = identifier(operations, kept, self.plain.schema)
        with outside_transaction(operations) as context:
            run_long(context, f"DROP INDEX CONCURRENTLY IF EXISTS {name}")

    def reverse(self) -> CreateIndexConcurrently:
        """Return the concurrent creation."""
        return CreateIndexConcurrently.like(self.plain.reverse())


def _include(index: sa.Index) -> None:
    """Give the index's table the columns that it includes: Alembic knows only those it is over."""
    for column in index.dialect_options["postgresql"]["include"] or ():
        if index.table is not None and str(column) not in index.table.columns:
            index.table.append_column(sa.Column(str(column), sa.types.NullType()))


def build(operations: Operations, name: str, schema: str | None, statement: str) -> None:
    """Run *statement*, which builds the index *name*; one that rows forbid leaves nothing.

    Left INVALID, a unique index would go on refusing what the service writes.
    """
    try:
        run_long(operations.migration_context, statement)
    except DBAPIError as error:
        if breaks_a_rule(error):
            drop_if_invalid(operations, name, schema)
        raise


def drop_if_invalid(operations: Operations, name: str, schema: str | None) -> None:
    """Drop what an index build that was cut off has left; live connections only."""
    context = operations.migration_context
    qualified = identifier(operations, name, schema)
    if context.as_sql:
        context.impl.static_output(
            f"-- If an earlier run was cut off: DROP INDEX CONCURRENTLY IF EXISTS {qualified};"
        )
        return
    invalid = scalar(
        operations,
        "SELECT count(*) FROM pg_index WHERE NOT indisvalid "
        f"AND indexrelid = to_regclass({literal(qualified)})",
    )
    if invalid:
        run_long(context, f"DROP INDEX CONCURRENTLY IF EXISTS {qualified}")
