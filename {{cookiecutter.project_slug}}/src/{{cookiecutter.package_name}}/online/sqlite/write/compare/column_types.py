"""How a column's type is compared: by what SQLite does with it, which is its affinity.

Lengths and names beyond that change nothing: SQLite stores by value (docs, "Datatypes In
SQLite").
"""

import re
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from sqlalchemy import Column
from sqlalchemy.types import TypeEngine

from ....write.compare.comparator import compares_columns
from ....write.stored import stored_type

# In this order (docs, "Determination Of Column Affinity"). INTEGER and NUMERIC store alike.
_AFFINITIES = (("INT", "NUMERIC"), ("CHAR|CLOB|TEXT", "TEXT"), ("BLOB", "BLOB"), ("REAL|FLOA|DOUB", "REAL"))  # fmt: skip


@compares_columns
def compare_type(
    context: AutogenContext, alter: AlterColumnOp, inspected: Column[Any], column: Column[Any]
) -> bool:
    """Note in *alter* a type of another affinity."""
    alter.existing_type = inspected.type
    stored = affinity(inspected.type, context)
    if affinity(stored_type(column.type, context.dialect), context) != stored:
        alter.modify_type = column.type
    return True


def affinity(type_: TypeEngine[Any], context: AutogenContext) -> str:
    """Return the affinity of a column that is declared with *type_*."""
    declared = type_.compile(dialect=context.dialect).upper()
    for pattern, found in _AFFINITIES:
        if re.search(pattern, declared):
            return found
    return "NUMERIC" if declared else "BLOB"
