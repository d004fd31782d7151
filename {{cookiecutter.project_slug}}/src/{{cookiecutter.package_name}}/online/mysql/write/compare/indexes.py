"""Indexes that only look different: stock comparison takes a column that runs down for an expression.

Whether two indexes are the same is asked of the server: both are read as SHOW CREATE TABLE writes
them down, the model's from an unused copy of the table.
"""

import re

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Table

from ....write.compare.comparator import compares_tables
from ...operations.definitions import add_index_clause
from .show_create import parts_after, parts_of

_LINE = re.compile(r"^\s*(?:\w+ )?KEY `((?:[^`]|``)+)` (.*?),?$", re.M)


@compares_tables
def forget_equal(
    context: AutogenContext, changes: ops.ModifyTableOps, inspected: Table, table: Table
) -> None:
    """Take out of *changes* each index that goes and comes back as it was."""
    gone = {o.index_name for o in changes.ops if isinstance(o, ops.DropIndexOp)}
    back = [o for o in changes.ops if isinstance(o, ops.CreateIndexOp) and o.index_name in gone]
    if not back:
        return
    connection = context.connection
    assert connection is not None
    name = connection.dialect.identifier_preparer.format_table(inspected)
    stored = parts_of(connection, name, _LINE)

    def is_equal(created: ops.CreateIndexOp) -> bool:
        index, add = str(created.index_name), add_index_clause(context.dialect, created.to_index())
        return parts_after(connection, name, add, _LINE).get(index) == stored.get(index, "")

    equal = {operation.index_name for operation in back if is_equal(operation)}
    changes.ops[:] = [
        o
        for o in changes.ops
        if not (isinstance(o, ops.DropIndexOp | ops.CreateIndexOp) and o.index_name in equal)
    ]
