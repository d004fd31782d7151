"""Before a revision runs: a backfill without a value refuses on a table that has rows."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from ..database import statements
from ..internals import upgraded_revision
from ..operations.recall import backfills
from ..session.errors import DatabaseError
from ..session.invocation import CommandFunction
from . import branches


class Unset(NamedTuple):
    """A backfill whose value is still ``...``; *line* is that of the value."""

    schema: str | None
    table: str
    column: str
    line: int


def with_check(function: CommandFunction) -> CommandFunction:
    """Return *function* with the check before each upgrade."""

    @functools.wraps(function)
    def checked(heads: Any, context: MigrationContext) -> Iterator[Any]:
        assert context.script is not None
        connection = None if context.as_sql else context.connection
        with branches.told(context.script, heads, connection):
            steps = function(heads, context)
        for step in steps:
            if context.as_sql:
                statements.write_settings(context)
            elif (script := upgraded_revision(step)) is not None:
                _refuse_unset(context, Path(script.path))
            yield step

    return checked


def unset_backfills(source: str) -> list[Unset]:
    """Return the backfills of a revision's *source* that wait for their value."""
    if "backfill" not in source:
        return []  # To parse a long file takes longer than to apply it.
    return [
        _unset(node, keyword.value.lineno)
        for node in backfills(source)
        for keyword in node.keywords
        if keyword.arg == "value"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is ...
    ]


def _unset(call: ast.Call, line: int) -> Unset:
    table, column = (ast.literal_eval(argument) for argument in call.args[:2])
    schemas = [ast.literal_eval(word.value) for word in call.keywords if word.arg == "schema"]
    return Unset(schemas[0] if schemas else None, table, column, line)


def _refuse_unset(context: MigrationContext, path: Path) -> None:
    connection = context.connection
    assert connection is not None
    external = connection.in_transaction()
    for unset in unset_backfills(path.read_text(encoding="utf-8")):
        if not sa.inspect(connection).has_table(unset.table, schema=unset.schema):
            continue
        table = sa.table(unset.table, schema=unset.schema)
        rows = connection.scalar(sa.select(sa.func.count()).select_from(table))
        if rows:
            raise DatabaseError(
                f"{unset.table} has {rows} rows, and nobody has said which value "
                f"{unset.table}.{unset.column} gets in them: write it at {path}:{unset.line}, "
                "then run the same command again (nothing was changed)"
            )
    if not external and connection.in_transaction():
        # The look must not leave a transaction open: Alembic would take it for the caller's.
        connection.rollback()
