"""Indexes on expressions or on some of the rows: reflection sees the one not at all, the other badly.

They are compared by name, then by their text: SQLite keeps it as it was written.
"""

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.util import PriorityDispatchResult
from sqlalchemy import Column, Connection, Index, Table
from sqlalchemy.schema import CreateIndex, conv

from ....internals import index_name, index_on_text
from ....operations.colons import with_colons_escaped
from ...operations.tokens import after_where, parenthesis, plain, tokens

_INDEXES = (
    "SELECT name, sql FROM sqlite_schema "
    "WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ? COLLATE NOCASE"
)
_SQL = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?"
_ON_EXPRESSION = "SELECT count(*) FROM pragma_index_xinfo(?) WHERE cid = -2"


def compare_indexes(
    context: AutogenContext,
    changes: ops.ModifyTableOps,
    schema: str | None,
    table_name: str,
    inspected: Table | None,
    table: Table | None,
) -> PriorityDispatchResult:
    """Add to *changes* the indexes that Alembic does not see, or whose text has changed."""
    connection = context.connection
    assert connection is not None
    theirs = dict(tuple(row) for row in connection.exec_driver_sql(_INDEXES, (table_name,)))
    ours = {_name(index, context): index for index in (table.indexes if table is not None else ())}
    if inspected is None:
        theirs = {}
    come, go = (
        {str(change.index_name) for change in changes.ops if isinstance(change, kind)}
        for kind in (ops.CreateIndexOp, ops.DropIndexOp)
    )
    seen = come | go
    for name in sorted((come - go) & theirs.keys()):
        # Reflection did not see the old form.
        _drop(context, changes, _read(name, theirs[name], inspected))
    for name in sorted(theirs.keys() - ours.keys() - seen):
        if connection.exec_driver_sql(_ON_EXPRESSION, (name,)).scalar():
            _drop(context, changes, _read(name, theirs[name], inspected))
    for name in sorted(ours.keys() - seen):
        index = ours[name]
        if name not in theirs:
            if not _is_plain(index):
                _create(context, changes, index)
        elif plain(theirs[name]) != plain(_written(index, context)):
            _drop(context, changes, _read(name, theirs[name], inspected))
            _create(context, changes, index)
    return PriorityDispatchResult.CONTINUE


def _name(index: Index, context: AutogenContext) -> str:
    return index_name(context.dialect, index.name)


def _is_plain(index: Index) -> bool:
    return all(isinstance(expression, Column) for expression in index.expressions)


def _written(index: Index, context: AutogenContext) -> str:
    return str(CreateIndex(index).compile(dialect=context.dialect))


def is_on_columns(connection: Connection, name: str) -> bool:
    """Tell whether the index *name* is on columns, on all rows, and says nothing else."""
    sql = str(connection.exec_driver_sql(_SQL, (name,)).scalar())
    inside = [token for token in tokens(parenthesis(sql)) if token.means]
    return not after_where(sql) and all(
        (token.kind in ("word", "quoted")) if at % 2 == 0 else token.text == ","
        for at, token in enumerate(inside)
    )


def read_index(connection: Connection, name: str, table: Table) -> Index:
    """Return the index *name* of *table* as SQLite keeps it."""
    sql = connection.exec_driver_sql(_SQL, (name,)).scalar()
    return _read(name, str(sql), table)


def _read(name: str, sql: str, table: Table | None) -> Index:
    """Return the index that *sql* of SQLite's schema creates, for the way back."""
    where = after_where(sql)
    return index_on_text(
        conv(name),
        with_colons_escaped(parenthesis(sql)),
        table,
        unique=sql.split()[1].upper() == "UNIQUE",
        sqlite_where=sa.text(with_colons_escaped(where)) if where else None,
    )


def _drop(context: AutogenContext, changes: ops.ModifyTableOps, index: Index) -> None:
    if context.run_object_filters(index, str(index.name), "index", True, None):
        changes.ops.append(ops.DropIndexOp.from_index(index))


def _create(context: AutogenContext, changes: ops.ModifyTableOps, index: Index) -> None:
    if context.run_object_filters(index, str(index.name), "index", False, None):
        changes.ops.append(ops.CreateIndexOp.from_index(index))
