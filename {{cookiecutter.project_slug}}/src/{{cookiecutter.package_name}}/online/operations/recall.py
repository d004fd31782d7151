"""The value of a backfill that an earlier revision has, so that the author writes it once."""

import ast
import builtins
from pathlib import Path
from typing import Any

from alembic.operations import Operations

from ..session.errors import DatabaseError


def value_in(operations: Operations, revision: str, table: str, column: str) -> Any:
    """Return *value* of ``op.backfill(table, column, value=…)`` in the file of *revision*.

    Raises DatabaseError where the revision holds no such line.
    """
    script = operations.migration_context.script
    assert script is not None
    found = script.get_revision(revision)
    path = Path(found.path)
    for call in backfills(path.read_text(encoding="utf-8")):
        names = [ast.literal_eval(argument) for argument in call.args[:2]]
        for keyword in call.keywords:
            if keyword.arg == "value" and names == [table, column]:
                expression = ast.Expression(keyword.value)
                return builtins.eval(compile(expression, str(path), "eval"), vars(found.module))
    raise DatabaseError(f"{path} holds no op.backfill({table!r}, {column!r}, value=…) to repeat")


def backfills(source: str) -> list[ast.Call]:
    """Return the calls of ``op.backfill`` in a revision's *source*."""
    return [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "backfill"
    ]
