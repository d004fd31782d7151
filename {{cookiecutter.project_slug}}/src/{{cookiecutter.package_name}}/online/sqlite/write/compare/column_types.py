"""How a column's type is compared: by what SQLite does with it.

That is its affinity and its collation, and in a key whether it may be the row's number.
"""

from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from sqlalchemy import Column
from sqlalchemy.types import TypeEngine

from ....write.compare.comparator import compares_columns
from ....write.stored import stored_type
from ...operations.affinity import affinity


@compares_columns
def compare_type(
    context: AutogenContext, alter: AlterColumnOp, inspected: Column[Any], column: Column[Any]
) -> bool:
    """Note in *alter* a type that SQLite takes for another one."""
    alter.existing_type = inspected.type
    stored, wanted = inspected.type, stored_type(column.type, context.dialect)
    if column.table.dialect_options["sqlite"]["strict"]:
        words = [type_.compile(dialect=context.dialect).upper() for type_ in (stored, wanted)]
        if words[0] != words[1] and "INT" not in words[0]:
            alter.modify_type = column.type
            return True
    is_key = column.table.primary_key.columns.keys() == [column.name]
    if _meaning(stored, context, is_key) != _meaning(wanted, context, is_key):
        alter.modify_type = column.type
    return True


def _meaning(type_: TypeEngine[Any], context: AutogenContext, is_key: bool) -> tuple[Any, ...]:
    declared = type_.compile(dialect=context.dialect)
    collation = getattr(type_, "collation", None)
    # BINARY is what a column has that says nothing.
    said = None if str(collation).upper() in ("NONE", "BINARY") else str(collation).upper()
    return affinity(declared), said, is_key and declared.upper() == "INTEGER"
