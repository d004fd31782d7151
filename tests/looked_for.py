"""The modules that installed packages import if they are there: read from the packages' own code."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

# What a service may be called.
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Calls that look for a module by its name.
LOOKS = ("import_module", "__import__", "find_spec")
TESTS = {"tests", "test", "testing"}


def looked_for(packages: Path) -> set[str]:
    """Return the names that the code in *packages* imports and that are not there."""
    there = {path.stem.partition(".")[0] for path in packages.iterdir()} | sys.stdlib_module_names
    names = {name for path in _sources(packages) for name in _imports(path)}
    return {name for name in names - there if NAME.fullmatch(name)}


def _sources(packages: Path) -> Iterator[Path]:
    for path in packages.rglob("*.py"):
        if not TESTS & set(path.relative_to(packages).parts):
            yield path


def _imports(path: Path) -> Iterator[str]:
    """Yield the first word of each module that the file imports, wherever it does."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeError):
        return  # For another Python, or a template.
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in LOOKS:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value.partition(".")[0]
