"""What past revisions created, read from their files without running them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from alembic.script import ScriptDirectory

from ..internals import version_folders

# Which argument of an operation is the name of a table that it makes.
TABLES = {"create_table": 0, "rename_table": 1}
# The same of objects beside the tables.
NAMED = {"create_enum": 0, "create_domain": 0, "create_sequence": 0}


def created(script: ScriptDirectory, positions: dict[str, int]) -> set[tuple[str | None, str]]:
    """Return (schema, name) of each object that a revision of *script* makes.

    *positions* says of each operation which of its arguments is the name. Names are taken where
    they stand as literals, as autogenerate writes them.
    """
    found: set[tuple[str | None, str]] = set()
    for location in version_folders(script):
        for path in Path(location).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if any(name in text for name in positions):
                found.update(_created_in(ast.parse(text, path.name), positions))
    return found


def _created_in(tree: ast.Module, positions: dict[str, int]) -> Iterator[tuple[str | None, str]]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        position = positions.get(node.func.attr)
        if position is None or len(node.args) <= position:
            continue
        name = _literal(node.args[position])
        schemas = [_literal(word.value) for word in node.keywords if word.arg == "schema"]
        if name is not None:
            yield (schemas[0] if schemas else None, name)


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
