"""What Alembic's own operations lock and scan on MySQL: each asks for the lightest way there is."""

from collections.abc import Mapping
from typing import Any

from alembic.operations import MigrateOperation, ops

from ...operations.foresight.footprint import Footprint, Work

LIGHT = Footprint("metadata lock, for an instant")
BUILT = Footprint(
    "metadata lock, for an instant at both ends", "every row, writers go on", Work.INDEX
)
COPIED = BUILT._replace(work=Work.COPY)
# Without writers.
COPIED_ALONE = Footprint(
    "metadata lock; the table is copied, which has to be allowed", "every row", Work.COPY
)

FOOTPRINTS: Mapping[type[MigrateOperation], Any] = {
    ops.CreateTableOp: Footprint("none on a table in use"),
    ops.DropTableOp: LIGHT,
    ops.RenameTableOp: LIGHT,
    ops.AddColumnOp: LIGHT,
    ops.DropColumnOp: LIGHT,
    ops.AlterColumnOp: LIGHT,
    ops.CreateIndexOp: BUILT,
    ops.DropIndexOp: LIGHT,
    ops.CreateUniqueConstraintOp: BUILT,
    ops.CreatePrimaryKeyOp: COPIED,
    ops.CreateCheckConstraintOp: COPIED_ALONE,
    ops.CreateForeignKeyOp: Footprint("metadata lock, for an instant", "every row, by a query"),
    ops.DropConstraintOp: LIGHT,
    ops.CreateTableCommentOp: LIGHT,
    ops.DropTableCommentOp: LIGHT,
}


def of_change(operation: ops.AlterColumnOp) -> Footprint:
    """Return that of a change of a column: NOT NULL builds the table anew."""
    if operation.modify_nullable is False or operation.modify_type is not None:
        return COPIED
    return LIGHT
