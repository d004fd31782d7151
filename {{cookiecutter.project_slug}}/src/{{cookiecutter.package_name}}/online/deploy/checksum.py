"""The checksum of what a revision does: its code, whatever it looks like.

Comments, docstrings, annotations, the order of imports and the way of writing do not count. It is
the same for every release of Python that can read the file: nothing that only some of them tell
goes into it.
"""

import ast
import hashlib

# What a node says of how it was written, or in some releases only.
_UNSAID = ("ctx", "kind", "type_comment", "type_params", "annotation", "returns")
_IMPORTS = (ast.Import, ast.ImportFrom)


class _Word(str):
    """A word of ours between the values, which may be texts too."""


def of_file(source: bytes) -> str:
    """Return the checksum of a file as it is: quick, and enough where nothing was touched."""
    return hashlib.sha256(source).hexdigest()


def of_code(source: bytes) -> str:
    """Return the checksum of what the code in *source* does."""
    tree = ast.parse(source)
    tree.body.sort(key=_place)
    words: list[str] = []
    # A list of our own: code may be nested deeper than Python calls functions.
    left: list[object] = [tree]
    while left:
        node = left.pop()
        if isinstance(node, _Word):
            words.append(node)
        elif isinstance(node, ast.AST):
            left += _parts(node)[::-1]
        else:
            words.append(f"{type(node).__name__} {ascii(node)}")
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def _place(statement: ast.stmt) -> tuple[bool, str]:
    """Return where *statement* stands among others: imports come first, in the order of names."""
    is_import = isinstance(statement, _IMPORTS)
    return not is_import, ast.unparse(statement) if is_import else ""


def _parts(node: ast.AST) -> list[object]:
    """Return what *node* is made of, with words that tell where each part belongs."""
    if isinstance(node, ast.AnnAssign):
        if node.value is None:
            return []
        node = ast.Assign([node.target], node.value)
    found: list[object] = [_Word(type(node).__name__)]
    for name in node._fields:
        value = getattr(node, name, None)
        if name in _UNSAID or value is None or value == []:
            continue
        found.append(_Word(name))
        if isinstance(value, list):
            found += filter(_does_something, value)
        else:
            found.append(value)
    found.append(_Word("end"))
    return found


def _does_something(part: object) -> bool:
    """Tell whether *part* is no ``pass`` and no docstring."""
    is_text = isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
    return not (is_text or isinstance(part, ast.Pass))
