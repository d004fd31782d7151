"""Operations that take a rebuild, gathered by table: each table is rebuilt once in a revision."""

from collections.abc import Iterator

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, ops

from ...internals import render_op, within_batch
from ...operations.set_not_null import SetNotNull
from ...write.change import key_of
from ..operations.not_null import alteration

# What ALTER TABLE cannot do.
_REBUILD = (
    SetNotNull,
    ops.AlterColumnOp,
    ops.DropColumnOp,
    ops.DropConstraintOp,
    ops.AddConstraintOp,
)


class Batch(ops.ModifyTableOps):
    """The operations of one ``with op.batch_alter_table(table) as batch_op``."""


@renderers.dispatch_for(Batch)
def _render(context: AutogenContext, batch: Batch) -> list[str]:
    lines = [f"with op.batch_alter_table({batch.table_name!r}) as batch_op:"]
    with within_batch(context):
        for operation in batch.ops:
            lines += render_op(context, operation)
    return [*lines, ""]


def batch_by_table(operations: list[MigrateOperation]) -> list[MigrateOperation]:
    """Return *operations* with neighbours that rebuild one table as ``op.batch_alter_table``.

    A lone ``op.set_not_null`` stays as it is.
    """
    return list(_batches(operations))


def _batches(operations: list[MigrateOperation]) -> Iterator[MigrateOperation]:
    run: dict[str, list[MigrateOperation]] = {}
    for operation in operations:
        if isinstance(operation, _REBUILD):
            run.setdefault(key_of(operation)[1], []).append(operation)
        elif getattr(operation, "name", "") == "allowed":
            yield operation
        else:
            yield from _flush(run)
            run = {}
            yield operation
    yield from _flush(run)


def _flush(run: dict[str, list[MigrateOperation]]) -> Iterator[MigrateOperation]:
    for table, operations in run.items():
        if len(operations) == 1 and isinstance(operations[0], SetNotNull):
            yield operations[0]
            continue
        inside = [
            alteration(o.table_name, o.column_name) if isinstance(o, SetNotNull) else o
            for o in operations
        ]
        yield Batch(table, inside)
