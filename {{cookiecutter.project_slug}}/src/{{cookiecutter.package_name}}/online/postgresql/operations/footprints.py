"""What Alembic's own operations lock and scan on PostgreSQL (docs, 13.3 and ALTER TABLE)."""

from collections.abc import Mapping
from typing import Any

from alembic.operations import MigrateOperation, ops

from ...operations.foresight.footprint import Footprint

_INSTANT = Footprint("ACCESS EXCLUSIVE, for an instant")
_NEW = Footprint("none on a table in use")
_SHARE = Footprint("SHARE: writers wait until it ends", "every row")

FOOTPRINTS: Mapping[type[MigrateOperation], Any] = {
    ops.CreateTableOp: _NEW,
    ops.DropTableOp: _INSTANT,
    ops.RenameTableOp: _INSTANT,
    ops.AddColumnOp: _INSTANT,
    ops.DropColumnOp: _INSTANT,
    ops.AlterColumnOp: _INSTANT,
    ops.CreateIndexOp: _SHARE,
    ops.DropIndexOp: _INSTANT,
    ops.CreateUniqueConstraintOp: Footprint("ACCESS EXCLUSIVE until it ends", "every row"),
    ops.CreatePrimaryKeyOp: Footprint("ACCESS EXCLUSIVE until it ends", "every row"),
    ops.CreateCheckConstraintOp: Footprint("ACCESS EXCLUSIVE until it ends", "every row"),
    ops.CreateForeignKeyOp: Footprint(
        "SHARE ROW EXCLUSIVE on both tables: writers wait until it ends", "every row"
    ),
    ops.DropConstraintOp: _INSTANT,
    ops.CreateTableCommentOp: Footprint("SHARE UPDATE EXCLUSIVE, which writers pass"),
    ops.DropTableCommentOp: Footprint("SHARE UPDATE EXCLUSIVE, which writers pass"),
}


def of_change(operation: ops.AlterColumnOp) -> Footprint:
    """Return that of a change of a column: of its type, NOT NULL, or what needs no look at rows."""
    if operation.modify_type is not None:
        return Footprint("ACCESS EXCLUSIVE, for an instant or until it ends", "by the two types")
    if operation.modify_nullable is False:
        return Footprint("ACCESS EXCLUSIVE until it ends", "every row")
    return _INSTANT
