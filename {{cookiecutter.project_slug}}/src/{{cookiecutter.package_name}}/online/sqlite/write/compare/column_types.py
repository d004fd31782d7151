"""How a column's type is compared: by what SQLite does with it, which is its affinity.

Lengths and names beyond that change nothing: SQLite stores by value (docs, "Datatypes In
SQLite").
"""

import re
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from alembic.util import PriorityDispatchResult
from sqlalchemy import Column
from sqlalchemy.types import TypeEngine

from ....write.stored import stored_type

# In this order (docs, "Determination Of Column Affinity"). INTEGER and NUMERIC store alike.
_AFFINITIES = (("INT", "NUMERIC"), ("CHAR|CLOB|TEXT", "TEXT"), ("BLOB", "BLOB"), ("REAL|FLOA|DOUB", "REAL"))  # fmt: skip


def compare_type(
    context: AutogenContext,
    alter: AlterColumnOp,
    schema: str | None,
    table_name: str,
    column_name: str,
    inspected: Column[Any],
    column: Column[Any],
) -> PriorityDispatchResult:
    """Note in *alter* a type of another affinity."""
    alter.existing_type = inspected.type
    theirs = affinity(inspected.type, context)
    if affinity(stored_type(column.type, context.dialect), context) != theirs:
        alter.modify_type = column.type
    return PriorityDispatchResult.STOP


def affinity(type_: TypeEngine[Any], context: AutogenContext) -> str:
    """Return the affinity of a column that is declared with *type_*."""
    declared = type_.compile(dialect=context.dialect).upper()
    for pattern, found in _AFFINITIES:
        if re.search(pattern, declared):
            return found
    return "NUMERIC" if declared else "BLOB"
