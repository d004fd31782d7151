"""When a new constraint comes: late, unless it is on a column that old code leaves NULL."""

from typing import Any

import sqlalchemy as sa

from ...phase import CONTRACT, EXPAND, Phase
from ..change import Change, key_of
from .columns import is_instant, value_of_existing_rows


def phase_of_constraint(change: Change, operation: Any, columns: list[str]) -> Phase:
    """Return expand for a rule over *columns* that holds one which old code leaves NULL."""
    key = key_of(operation)
    new = [change.added[key, name] for name in columns if (key, name) in change.added]
    return EXPAND if any(_is_left_null(change, column) for column in new) else CONTRACT


def _is_left_null(change: Change, column: sa.Column[Any]) -> bool:
    if column.server_default is not None:
        return False
    return column.nullable or not _gets_passing_default(change, column)


def _gets_passing_default(change: Change, column: sa.Column[Any]) -> bool:
    """Tell whether a NOT NULL column comes with a default until old code is gone (``columns.py``)."""
    value = value_of_existing_rows(change, column)
    return value is not ... and is_instant(change, column, value)
