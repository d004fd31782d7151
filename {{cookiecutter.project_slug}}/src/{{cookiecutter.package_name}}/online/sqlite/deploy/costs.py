"""What work costs on SQLite, against what reading or sorting a sample of the rows took.

Wide, for a sample knows nothing of what the system's cache holds, and of whoever else is at work.
"""

from collections.abc import Mapping
from typing import Any

from alembic.operations import MigrateOperation
from sqlalchemy import Connection

from ...deploy.plan.ranges import Costs, Range
from ...operations.foresight.footprint import Work

COSTS = Costs(
    step=Range(0.001, 0.3),
    work={
        Work.SCAN: Range(0.2, 2.5),
        Work.INDEX: Range(0.15, 2.5),
        Work.COPY: Range(1.0, 15.0),
        Work.FILL: Range(1.0, 20.0),
    },
    for_each_index={Work.COPY: Range(0.5, 6.0), Work.FILL: Range(0.2, 6.0)},
    # The head of an entry, and the rowid that stands in it.
    entry_bytes=8.0,
    filled=0.9,
    copies_once=True,
)


def footprint_on(
    connection: Connection, operation: MigrateOperation, columns: Mapping[str, Any]
) -> None:
    """Return None: the kind of an operation says all."""
    return None
