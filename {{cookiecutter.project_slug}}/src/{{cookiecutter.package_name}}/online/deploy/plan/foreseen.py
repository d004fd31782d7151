"""What an operation says of itself before it runs: its footprint, its rules, where its value stands."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext
from alembic.script import Script

from ...database import catalog, costs, footprints
from ...operations.backfill import Backfill
from ...operations.foresight.footprint import Footprint
from ...operations.foresight.of_alembic import rules_of
from ...operations.foresight.rules import Rule
from ...operations.operation import Operation
from ...session.errors import DatabaseError
from ..guard import unset_backfills
from .look import Look


def footprint_of(
    operation: MigrateOperation, look: Look, columns: Mapping[str, Any]
) -> Footprint | None:
    """Return what *operation* does to a table of *columns*; None where only who wrote it knows."""
    if isinstance(operation, Operation):
        return operation.footprint
    found: Footprint | None = costs.footprint_on(look.connection, operation, columns)
    if found is None and isinstance(operation, ops.AlterColumnOp):
        found = footprints.of_change(operation)
    return found or footprints.FOOTPRINTS.get(type(operation))


def rules_for(operation: MigrateOperation, context: MigrationContext, look: Look) -> Iterator[Rule]:
    """Yield the rules that rows may break when *operation* runs."""
    if isinstance(operation, ops.AddColumnOp) and catalog.FILLS_NEW_COLUMNS:
        return
    if not isinstance(operation, Operation):
        yield from rules_of(operation, context)
        return
    try:
        yield from operation.rules(context, look.connection)
    except DatabaseError:
        return  # A value that is nowhere: its own step says so when it runs.


def line_of_value(operation: MigrateOperation, script: Script) -> int | None:
    """Return the line on which the author has to write the value of a backfill."""
    if not isinstance(operation, Backfill) or operation.value is not ...:
        return None
    place = (operation.schema, operation.table_name, operation.column_name)
    unset = unset_backfills(Path(script.path).read_text(encoding="utf-8"))
    return next((one.line for one in unset if one[:3] == place), None)
