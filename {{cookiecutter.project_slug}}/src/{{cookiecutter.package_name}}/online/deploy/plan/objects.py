"""Objects that an operation finds there already, or does not find: it would not run."""

from collections.abc import Iterator
from typing import Any

from alembic.operations import MigrateOperation, ops

from ...database import catalog
from ...operations.backfill import Backfill
from ...operations.naming import shortened
from ...operations.set_not_null import SetNotNull
from ...operations.stand_in import StandIn
from .ahead import Ahead
from .look import Look
from .named import Place, plain_of

# They change a table that must be there; others of ours look first.
_CHANGING = (
    *(ops.AddColumnOp, ops.AlterColumnOp, ops.AddConstraintOp, ops.CreateIndexOp),
    *(Backfill, SetNotNull),
)
_DROPPING = (ops.DropColumnOp, ops.DropTableOp, ops.DropConstraintOp)


def faults(operation: MigrateOperation, place: Place, look: Look, ahead: Ahead) -> Iterator[str]:
    """Yield a sentence on each object that is there (or is not) against what *operation* needs."""
    plain: Any = plain_of(operation)
    columns = None if ahead.drops(place) else look.columns(place)
    if isinstance(plain, ops.CreateTableOp):
        yield from _table_there(plain, columns)
    elif columns is None:
        if isinstance(plain, (*_CHANGING, *_DROPPING)) and not _passes_over(operation):
            yield f"There is no table {place[1]}"
    else:
        yield from _columns(operation, place, columns, ahead)
        yield from _rules(operation, place, look, ahead)


def _table_there(plain: Any, columns: dict[str, Any] | None) -> Iterator[str]:
    if columns is None or plain.if_not_exists:
        return
    wanted = {column.name for column in plain.columns if hasattr(column, "nullable")}
    # The same revision, cut off earlier.
    if not (catalog.LOOKS_FIRST and wanted == set(columns)):
        yield (
            f"The table {plain.table_name} is there already: rename or drop it, or take it over "
            "(alembic stamp)"
        )


def _columns(
    operation: MigrateOperation, place: Place, columns: dict[str, Any], ahead: Ahead
) -> Iterator[str]:
    plain: Any = plain_of(operation)
    name: str | None
    there = {name for name in columns if not ahead.drops_column(place, name)}
    there |= {name for name in ahead.added(place) if not ahead.drops_column(place, name)}
    if isinstance(plain, ops.AddColumnOp):
        name = plain.column.name
        if name in there and not plain.if_not_exists and not catalog.LOOKS_FIRST:
            yield f"The column {place[1]}.{name} is there already"
        return
    name = getattr(plain, "column_name", None)
    # A new name that is there already: the same revision, cut off earlier.
    again = catalog.LOOKS_FIRST and getattr(plain, "modify_name", None) in there
    if name and name not in there and not again and not _passes_over(operation):
        yield f"There is no column {place[1]}.{name}"


def _rules(operation: MigrateOperation, place: Place, look: Look, ahead: Ahead) -> Iterator[str]:
    plain: Any = plain_of(operation)
    # Ours, and those of a database that looks first, pass over what is there.
    if isinstance(operation, StandIn) or catalog.LOOKS_FIRST:
        return
    is_index = isinstance(plain, ops.CreateIndexOp)
    if not isinstance(plain, ops.AddConstraintOp) and not is_index:
        return
    name = getattr(plain, "index_name" if is_index else "constraint_name", None)
    if name is None or getattr(plain, "if_not_exists", None):
        return
    stored = shortened(str(name))
    if stored in look.rules(place) and not ahead.drops_constraint(place, str(name)):
        kind = "index" if is_index else "constraint"
        yield f"{place[1]} has the {kind} {stored} already"


def _passes_over(operation: MigrateOperation) -> bool:
    plain: Any = plain_of(operation)
    if not isinstance(plain, _DROPPING):
        return False
    return bool(catalog.LOOKS_FIRST or getattr(plain, "if_exists", None))
