"""What work costs on MySQL, against what reading or sorting a sample of the rows took.

As it was seen on MariaDB; wide, for a sample knows nothing of what the buffer pool holds, and of
whoever else is at work.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from sqlalchemy import Connection

from ...deploy.plan.ranges import Costs, Range
from ...operations.foresight.footprint import Footprint, Work
from ..operations.footprints import COPIED_ALONE, LIGHT

COSTS = Costs(
    step=Range(0.002, 0.4),
    work={
        Work.SCAN: Range(0.2, 2.5),
        Work.INDEX: Range(0.3, 3.0),
        Work.COPY: Range(0.7, 12.0),
        Work.FILL: Range(3.0, 40.0),
    },
    for_each_index={Work.COPY: Range(0.3, 5.0), Work.FILL: Range(0.5, 10.0)},
    # The head of an entry, and the primary key that stands in it.
    entry_bytes=14.0,
    filled=0.8,
)


def footprint_on(
    connection: Connection, operation: MigrateOperation, columns: Mapping[str, Any]
) -> Footprint | None:
    """Return what a new column, or a change of type, does with the rows."""
    if isinstance(operation, ops.AddColumnOp):
        computed = operation.column.computed
        return COPIED_ALONE if computed is not None and computed.persisted else None
    if isinstance(operation, ops.AlterColumnOp) and operation.modify_type is not None:
        there = columns.get(operation.column_name)
        old: Any = operation.existing_type if there is None else there["type"]
        new: Any = operation.modify_type
        is_text = isinstance(old, sa.String) and isinstance(new, sa.String)
        if is_text and old.length and new.length and old.length <= new.length:
            # One byte for the length, or two, as before (MySQL manual, 17.12.1).
            same = (old.length * 4 < 256) == (new.length * 4 < 256)
            return LIGHT if same and operation.modify_nullable is None else COPIED_ALONE
        return COPIED_ALONE
    return None
