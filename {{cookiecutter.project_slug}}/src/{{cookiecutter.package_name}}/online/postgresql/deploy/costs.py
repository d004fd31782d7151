"""What work costs on PostgreSQL, against what reading or sorting a sample of the rows took.

As ``benchmarks/estimates.py`` of the template has seen it on PostgreSQL 18; wide, for a sample knows
nothing of checkpoints, and of whoever else is at work.
"""

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from sqlalchemy import Connection
from sqlalchemy.types import TypeEngine

from ...deploy.plan.ranges import Costs, Range
from ...operations.foresight.footprint import Footprint, Work
from ..operations.footprints import INSTANT, REWRITTEN

COSTS = Costs(
    step=Range(0.002, 0.3),
    work={
        Work.SCAN: Range(0.2, 2.5),
        Work.INDEX: Range(0.35, 3.0),
        Work.COPY: Range(1.2, 20.0),
        Work.FILL: Range(15.0, 130.0),
    },
    for_each_index={Work.COPY: Range(0.8, 8.0), Work.FILL: Range(5.0, 40.0)},
    # The tuple's head and its pointer; leaf pages are filled to nine tenths.
    entry_bytes=12.0,
    filled=0.9,
    leaves_versions=True,
)
# What is called in an expression.
_CALLED = re.compile(r'([\w]+|"[^"]+")\s*\(')
_VOLATILE = sa.text(
    "SELECT count(*) FROM pg_proc WHERE provolatile = 'v' AND proname = ANY (:names)"
)


def footprint_on(
    connection: Connection, operation: MigrateOperation, columns: Mapping[str, Any]
) -> Footprint | None:
    """Return what a new column, or a change of type, does with the rows."""
    if isinstance(operation, ops.AddColumnOp):
        return REWRITTEN if _fills_each_row(connection, operation.column) else None
    if isinstance(operation, ops.AlterColumnOp) and operation.modify_type is not None:
        there = columns.get(operation.column_name)
        old = operation.existing_type if there is None else there["type"]
        stays = old is not None and _stays(old, _instance(operation.modify_type))
        return INSTANT if stays else REWRITTEN
    return None


def _fills_each_row(connection: Connection, column: sa.Column[Any]) -> bool:
    """Tell whether each row gets a value of its own, which has to be written."""
    if column.identity is not None:
        return True
    if column.computed is not None:
        return column.computed.persisted is not False
    default = getattr(column.server_default, "arg", None)
    if default is None:
        return False
    names = [name.strip('"').lower() for name in _CALLED.findall(str(default))]
    return bool(names and connection.scalar(_VOLATILE, {"names": names}))


def _instance(type_: Any) -> TypeEngine[Any]:
    found: TypeEngine[Any] = sa.types.to_instance(type_)
    return found


def _stays(old: Any, new: Any) -> bool:
    """Tell whether values of type *old* are good as *new* (PostgreSQL docs, ALTER TABLE, Notes)."""
    if isinstance(old, sa.String) and isinstance(new, sa.String):
        is_text = type(old) is not sa.CHAR and type(new) is not sa.CHAR
        return is_text and (new.length is None or (old.length or new.length + 1) <= new.length)
    if isinstance(old, sa.Numeric) and isinstance(new, sa.Numeric):
        if new.precision is None:
            return True
        wider = old.precision is not None and old.precision <= new.precision
        return wider and (old.scale or 0) == (new.scale or 0)
    return type(old)._type_affinity is type(new)._type_affinity and str(old) == str(new)
