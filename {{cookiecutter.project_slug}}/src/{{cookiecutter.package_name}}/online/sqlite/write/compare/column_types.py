"""How a column's type is compared: by what SQLite does with it, which is its affinity."""

from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from sqlalchemy import Column
from sqlalchemy.types import TypeEngine

from ....write.compare.comparator import compares_columns
from ....write.stored import stored_type
from ..affinity import affinity


@compares_columns
def compare_type(
    context: AutogenContext, alter: AlterColumnOp, inspected: Column[Any], column: Column[Any]
) -> bool:
    """Note in *alter* a type of another affinity."""
    alter.existing_type = inspected.type
    stored = _affinity(inspected.type, context)
    if _affinity(stored_type(column.type, context.dialect), context) != stored:
        alter.modify_type = column.type
    return True


def _affinity(type_: TypeEngine[Any], context: AutogenContext) -> str:
    return affinity(type_.compile(dialect=context.dialect))
