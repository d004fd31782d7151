"""A new column whose default has another value in each row, where the server does not add it at once.

MySQL refuses ADD COLUMN with such a default (error 1674), whatever the format of its binary log is,
and takes it on a column that is there.
"""

from typing import Any

import sqlalchemy as sa

from ...internals import copy_of_column

UNSAFE = 1674


def add_step_by_step(impl: Any, table: str, column: sa.Column[Any], schema: str | None) -> None:
    """Add *column* without its default, then give it that, and each row a value of its own."""
    bare = copy_of_column(column)
    bare.server_default, bare.nullable = None, True
    impl.add_column(table, bare, schema=schema)
    impl.alter_column(table, column.name, schema=schema, server_default=column.server_default)
    if column.nullable:
        return
    preparer = impl.dialect.identifier_preparer
    name = preparer.format_table(sa.table(table, schema=schema))
    quoted = preparer.quote(column.name)
    impl.execute(f"UPDATE {name} SET {quoted} = DEFAULT({quoted}) WHERE {quoted} IS NULL")
    impl.alter_column(table, column.name, schema=schema, nullable=False)
