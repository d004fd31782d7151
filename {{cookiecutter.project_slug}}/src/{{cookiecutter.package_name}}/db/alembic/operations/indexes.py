"""Indexes on a table in use: built and dropped CONCURRENTLY, and never left INVALID.

A concurrent build that was cut off leaves an INVALID index, which IF NOT EXISTS would pass over
(PostgreSQL docs, CREATE INDEX, "Building Indexes Concurrently").
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import _add_index, _drop_index
from alembic.operations import Operations, ops

from .naming import kept, literal, quoted
from .steps import outside_transaction, run_long, scalar


@Operations.register_operation("create_index_concurrently", "concurrently")
class CreateIndexConcurrently(ops.CreateIndexOp):
    """``op.create_index_concurrently(name, table, columns, …)``: as ``op.create_index``."""

    commits = True

    @classmethod
    def concurrently(cls, operations: Operations, *args: Any, **kwargs: Any) -> None:
        """Build the index beside the traffic; an INVALID leftover is dropped and built again."""
        operations.invoke(cls(*args, **kwargs))

    @classmethod
    def like(cls, operation: ops.CreateIndexOp) -> CreateIndexConcurrently:
        """Return the concurrent form of a plain creation."""
        return cls(
            operation.index_name,
            operation.table_name,
            operation.columns,
            schema=operation.schema,
            unique=operation.unique,
            **operation.kw,
        )

    def reverse(self) -> ops.DropIndexOp:
        """Return the concurrent drop."""
        return DropIndexConcurrently.like(super().reverse())


@Operations.register_operation("drop_index_concurrently", "concurrently")
class DropIndexConcurrently(ops.DropIndexOp):
    """``op.drop_index_concurrently(name, table_name=…)``: as ``op.drop_index``."""

    commits = True

    @classmethod
    def concurrently(cls, operations: Operations, *args: Any, **kwargs: Any) -> None:
        """Drop the index beside the traffic, if it is there."""
        operations.invoke(cls(*args, **kwargs))

    @classmethod
    def like(cls, operation: ops.DropIndexOp) -> DropIndexConcurrently:
        """Return the concurrent form of a plain drop."""
        return cls(
            operation.index_name,
            operation.table_name,
            schema=operation.schema,
            _reverse=operation._reverse,
            **operation.kw,
        )

    def reverse(self) -> ops.CreateIndexOp:
        """Return the concurrent creation."""
        return CreateIndexConcurrently.like(super().reverse())


@Operations.implementation_for(CreateIndexConcurrently)
def _create(operations: Operations, operation: CreateIndexConcurrently) -> None:
    index = operation.to_index(operations.migration_context)
    create = sa.schema.CreateIndex(index, if_not_exists=True)
    index.dialect_options["postgresql"]["concurrently"] = True
    statement = str(
        create.compile(dialect=operations.impl.dialect, compile_kwargs={"literal_binds": True})
    ).strip()
    with outside_transaction(operations) as context:
        drop_if_invalid(operations, kept(operations, index.name, "index"), operation.schema)
        run_long(context, statement)


@Operations.implementation_for(DropIndexConcurrently)
def _drop(operations: Operations, operation: DropIndexConcurrently) -> None:
    index = operation.to_index(operations.migration_context)
    name = quoted(operations, kept(operations, index.name, "index"), operation.schema)
    with outside_transaction(operations) as context:
        run_long(context, f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def drop_if_invalid(operations: Operations, name: str, schema: str | None) -> None:
    """Drop what an index build that was cut off has left; live connections only."""
    context = operations.migration_context
    qualified = quoted(operations, name, schema)
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


@renderers.dispatch_for(CreateIndexConcurrently)
def _render_create(context: AutogenContext, operation: CreateIndexConcurrently) -> str:
    return _add_index(context, operation).replace(
        "op.create_index(", "op.create_index_concurrently(", 1
    )


@renderers.dispatch_for(DropIndexConcurrently)
def _render_drop(context: AutogenContext, operation: DropIndexConcurrently) -> str:
    return _drop_index(context, operation).replace(
        "op.drop_index(", "op.drop_index_concurrently(", 1
    )
