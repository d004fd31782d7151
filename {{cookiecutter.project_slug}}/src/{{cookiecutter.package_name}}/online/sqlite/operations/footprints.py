"""What Alembic's own operations lock and scan on SQLite: the file is locked for other writers."""

from collections.abc import Mapping
from typing import Any

from alembic.operations import MigrateOperation, ops

from ...operations.foresight.footprint import Footprint, Work

_FILE = "the file for writers, until the revision ends"
_NOTES = Footprint(_FILE)
_SCAN = Footprint(_FILE, "every row")
_INDEX = Footprint(_FILE, "every row", Work.INDEX)
COPY = Footprint(_FILE, "every row, and copies it", Work.COPY)

FOOTPRINTS: Mapping[type[MigrateOperation], Any] = {
    ops.CreateTableOp: _NOTES,
    ops.DropTableOp: _SCAN,
    ops.RenameTableOp: _NOTES,
    ops.AddColumnOp: _NOTES,
    ops.DropColumnOp: COPY,
    ops.AlterColumnOp: COPY,
    ops.CreateIndexOp: _INDEX,
    ops.DropIndexOp: _NOTES,
    ops.CreateUniqueConstraintOp: COPY,
    ops.CreatePrimaryKeyOp: COPY,
    ops.CreateCheckConstraintOp: COPY,
    ops.CreateForeignKeyOp: COPY,
    ops.DropConstraintOp: COPY,
    ops.CreateTableCommentOp: _NOTES,
    ops.DropTableCommentOp: _NOTES,
}


def of_change(operation: ops.AlterColumnOp) -> Footprint:
    """Return that of a change of a column: a new name alone needs no copy."""
    changed = (operation.modify_type, operation.modify_nullable)
    plain = changed == (None, None) and operation.modify_server_default is False
    return _NOTES if plain else COPY
