"""How a column's server default is compared: the text that SQLite keeps, and the one we would write."""

from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from sqlalchemy import Column, MetaData, Table

from ....internals import copy_of_column, ddl_compiler
from ....write.compare import defaults
from ....write.compare.comparator import compares_columns
from ...operations.definition import Column as Written
from ...operations.rebuild import definition_of
from ...operations.tokens import is_whole, plain, tokens


@compares_columns
def compare_server_default(
    context: AutogenContext, alter: AlterColumnOp, inspected: Column[Any], column: Column[Any]
) -> bool:
    """Note in *alter* a default that differs; computed columns are Alembic's."""
    if not defaults.are_plain(inspected, column):
        return False
    assert context.connection is not None
    found = definition_of(context.connection, inspected.table.name).column(inspected.name)
    differ = found is not None and default_of(found) != default_of(_written(context, column))
    defaults.note(alter, inspected, column, differ=differ)
    return True


def _written(context: AutogenContext, column: Column[Any]) -> Written:
    """Return the model's *column* as a migration would write it."""
    copy = copy_of_column(column)
    Table("t", MetaData(), copy)
    return Written.of(tokens(ddl_compiler(context.dialect).get_column_specification(copy)))


def default_of(column: Written) -> str | None:
    """Return what stands after DEFAULT, without parentheses around it; NULL is no default."""
    for clause in column.clauses:
        if clause.kind == "DEFAULT":
            text = plain(clause.text).removeprefix("default ")
            while text.startswith("( ") and text.endswith(" )") and is_whole(text):
                text = text[2:-2]
            return None if text == "null" else text
    return None
