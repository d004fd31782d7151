"""Which rights an operation needs, and on which table."""

from collections.abc import Iterator
from typing import Any

from alembic.operations import MigrateOperation, ops

from ...interface import Need
from ...operations.backfill import Backfill
from ...operations.operation import Operation
from .named import Place, place_of, plain_of


def needs(operation: MigrateOperation) -> Iterator[tuple[Need, Place]]:
    """Yield each right with the table that it is for."""
    plain: Any = plain_of(operation)
    place = place_of(plain)
    if place is None or isinstance(plain, ops.BulkInsertOp):
        return
    if isinstance(plain, ops.CreateTableOp):
        yield Need.CREATE, place
        return
    if isinstance(plain, Backfill):
        yield Need.FILL, place
        return
    if isinstance(plain, Operation) and plain.footprint is None:
        return  # Only who wrote it knows.
    yield (Need.DROP if isinstance(plain, ops.DropTableOp) else Need.CHANGE), place
    if isinstance(plain, ops.CreateIndexOp):
        yield Need.INDEX, place
    if isinstance(plain, ops.CreateForeignKeyOp):
        yield Need.REFER, (plain.kw.get("referent_schema"), plain.referent_table)
