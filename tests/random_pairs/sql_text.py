"""SQL as text that can be compared: statements apart, a table's parts in one order."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | (\$\w*\$).*?\1 | --[^\n]*\n? | /\*.*?\*/ | .""",
    re.DOTALL | re.VERBOSE,
)
# What pg_dump says of itself and of the session.
_CHATTER = re.compile(r"(SET|SELECT pg_catalog\.set_config|\\)")


def statements(text: str) -> list[str]:
    """Return the statements of *text* in order of the alphabet, comments left out."""
    found = (" ".join(part.split()) for part in _split(text, ";"))
    return sorted(table_sorted(part) for part in found if part and not _CHATTER.match(part))


def table_sorted(statement: str) -> str:
    """Return CREATE TABLE with its columns and rules sorted; another statement as it is."""
    if not statement.startswith("CREATE TABLE"):
        return statement
    head, parts, tail = taken_apart(statement)
    return f"{head} ({', '.join(sorted(parts))}){tail}"


def taken_apart(statement: str) -> tuple[str, list[str], str]:
    """Return what stands before the parentheses of CREATE TABLE, the parts in them, and the rest."""
    head, _, rest = statement.partition("(")
    body, tail = closed(rest)
    return " ".join(head.split()), [" ".join(part.split()) for part in _split(body, ",")], tail


def closed(text: str) -> tuple[str, str]:
    """Return what stands before the parenthesis that closes *text*, and what after it."""
    depth = 1
    for token in _TOKEN.finditer(text):
        depth += (token.group() == "(") - (token.group() == ")")
        if not depth:
            return text[: token.start()], text[token.end() :]
    return text, ""


def _split(text: str, mark: str) -> Iterator[str]:
    """Yield the parts of *text* between *mark*s that stand in no quotes and no parentheses."""
    depth = 0
    part: list[str] = []
    for token in _TOKEN.finditer(text):
        piece = token.group()
        if piece.startswith("--"):
            continue
        depth += (piece == "(") - (piece == ")")
        if piece == mark and not depth:
            yield "".join(part)
            part = []
        else:
            part.append(piece)
    yield "".join(part)
