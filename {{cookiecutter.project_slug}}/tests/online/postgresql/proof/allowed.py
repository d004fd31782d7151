"""What the author let happen on purpose: the statement after ``op.allowed(kind, what, risk)``."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from .watch import Place


def is_allowed(place: Place | None) -> bool:
    """Tell whether the line belongs to a statement that an ``op.allowed`` stands before."""
    return place is not None and any(place.line in lines for lines in _allowed_lines(place.path))


@functools.cache
def _allowed_lines(path: Path) -> tuple[range, ...]:
    return tuple(_find(ast.parse(path.read_text(encoding="utf-8"))))


def _find(tree: ast.Module) -> Iterator[range]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        statements = body if isinstance(body, list) else []
        for before, after in zip(statements, statements[1:], strict=False):
            if _is_mark(before):
                yield range(after.lineno, after.end_lineno + 1)


def _is_mark(statement: ast.stmt) -> bool:
    call = getattr(statement, "value", None)
    return isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "allowed"
