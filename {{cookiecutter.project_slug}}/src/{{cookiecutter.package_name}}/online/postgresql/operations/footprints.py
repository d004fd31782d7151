"""What Alembic's own operations lock and scan on PostgreSQL (docs, 13.3 and ALTER TABLE)."""

from collections.abc import Mapping
from typing import Any

from alembic.operations import MigrateOperation, ops

from ...operations.foresight.footprint import Footprint, Work

# What operations beside the traffic wait for (docs, CREATE INDEX and DROP INDEX, CONCURRENTLY).
OLDER = "each transaction that began before it"
USERS = "each transaction that uses the table"

BUILT_BESIDE = Footprint(
    "SHARE UPDATE EXCLUSIVE, which writers pass", "every row, twice", Work.INDEX, OLDER
)
BUILT_AND_TAKEN = Footprint(
    "SHARE UPDATE EXCLUSIVE, then ACCESS EXCLUSIVE for an instant",
    "every row, twice",
    Work.INDEX,
    OLDER,
)
DROPPED_BESIDE = Footprint("SHARE UPDATE EXCLUSIVE, which writers pass", waits_for=USERS)

INSTANT = Footprint("ACCESS EXCLUSIVE, for an instant")
REWRITTEN = Footprint("ACCESS EXCLUSIVE until it ends", "every row, and writes it anew", Work.COPY)
_NEW = Footprint("none on a table in use")
_SHARE = Footprint("SHARE: writers wait until it ends", "every row", Work.INDEX)
_STOPPED = Footprint("ACCESS EXCLUSIVE until it ends", "every row", Work.INDEX)

FOOTPRINTS: Mapping[type[MigrateOperation], Any] = {
    ops.CreateTableOp: _NEW,
    ops.DropTableOp: INSTANT,
    ops.RenameTableOp: INSTANT,
    ops.AddColumnOp: INSTANT,
    ops.DropColumnOp: INSTANT,
    ops.AlterColumnOp: INSTANT,
    ops.CreateIndexOp: _SHARE,
    ops.DropIndexOp: INSTANT,
    ops.CreateUniqueConstraintOp: _STOPPED,
    ops.CreatePrimaryKeyOp: _STOPPED,
    ops.CreateCheckConstraintOp: Footprint("ACCESS EXCLUSIVE until it ends", "every row"),
    ops.CreateForeignKeyOp: Footprint(
        "SHARE ROW EXCLUSIVE on both tables: writers wait until it ends", "every row"
    ),
    ops.DropConstraintOp: INSTANT,
    ops.CreateTableCommentOp: Footprint("SHARE UPDATE EXCLUSIVE, which writers pass"),
    ops.DropTableCommentOp: Footprint("SHARE UPDATE EXCLUSIVE, which writers pass"),
}


def of_change(operation: ops.AlterColumnOp) -> Footprint:
    """Return that of a change of a column: of its type, NOT NULL, or what needs no look at rows."""
    if operation.modify_type is not None:
        return Footprint("ACCESS EXCLUSIVE, for an instant or until it ends", "by the two types")
    if operation.modify_nullable is False:
        return Footprint("ACCESS EXCLUSIVE until it ends", "every row")
    return INSTANT
