"""A statement of somebody else's, as a log may show it: without a value of anybody."""

import re

_SHOWN = "…"


def without_values(statement: str, tokens: re.Pattern[str], longest: int) -> str:
    """Return *statement* on one line of at most *longest* characters, with its values left out.

    *tokens* finds, from the left: ``value``, ``comment``, ``name`` (shown as it is), and ``open``:
    the beginning of what has no end, or of what may end elsewhere than it seems. There the
    statement is cut, for servers show long statements in part.
    """
    shown, position = [], 0
    for found in tokens.finditer(statement):
        kind = found.lastgroup or ""
        shown.append(statement[position : found.start()])
        shown.append({"comment": " ", "name": found[0]}.get(kind, _SHOWN))
        position = len(statement) if kind == "open" else found.end()
        if kind == "open":
            break
    return " ".join("".join([*shown, statement[position:]]).split())[:longest]
