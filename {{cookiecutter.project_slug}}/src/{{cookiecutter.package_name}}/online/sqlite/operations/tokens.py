"""The tokens of SQLite's SQL: enough to take a CREATE TABLE apart without losing a character."""

import re
from collections.abc import Iterable
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<comment>--[^\n]*\n?|/\*.*?(?:\*/|\Z))
      | (?P<string>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
      | (?P<word>[^\W\d][\w$]*)
      | (?P<number>\d[\w.]*)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of SQL; *kind* is a group of the pattern above."""

    kind: str
    text: str

    @property
    def word(self) -> str:
        """The keyword that this may be, in upper case; "" for anything else."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def means(self) -> bool:
        """Whether this is more than space or a comment."""
        return self.kind not in ("space", "comment")


def tokens(sql: str) -> list[Token]:
    """Return the tokens of *sql*; together they are the text, but for the form of comments."""
    found = (Token(str(match.lastgroup), match.group()) for match in _TOKEN.finditer(sql))
    return [_close_comment(token) for token in found]


def _close_comment(token: Token) -> Token:
    """Return a comment in the form that does not run to the end of the line."""
    if token.kind == "comment" and token.text.startswith("--"):
        return Token("comment", f"/*{token.text[2:].rstrip().replace('*/', '* /')} */")
    return token


def join(pieces: Iterable[Token]) -> str:
    """Return the text of *pieces* without space around it."""
    return "".join(piece.text for piece in pieces).strip()


def name_in(token: Token) -> str:
    """Return the name that *token* stands for, without its quotes."""
    if token.kind == "quoted":
        quote = token.text[-1]
        return token.text[1:-1].replace(quote * 2, quote)
    if token.kind == "string":
        return token.text[1:-1].replace("''", "'")
    return token.text


def unqualify(sql: str, table: str) -> str:
    """Return *sql* with ``column`` in place of ``table.column``."""
    pieces = tokens(sql)
    return "".join(
        token.text
        for at, token in enumerate(pieces)
        if not (_is_name(token, table) and _is_dot(pieces, at + 1))
        and not (_is_dot(pieces, at) and at and _is_name(pieces[at - 1], table))
    )


def _is_name(token: Token, name: str) -> bool:
    return token.kind in ("word", "quoted") and name_in(token).lower() == name.lower()


def _is_dot(pieces: list[Token], at: int) -> bool:
    return at < len(pieces) and pieces[at].text == "."


def plain(sql: str) -> str:
    """Return *sql* so that two texts that SQLite reads alike are equal."""
    return " ".join(
        name_in(token).lower() if token.kind in ("word", "quoted", "number") else token.text
        for token in tokens(sql)
        if token.means
    )


def is_whole(text: str) -> bool:
    """Tell whether the first parenthesis of *text* is closed by its last."""
    depth = 0
    pieces = tokens(text)
    for at, piece in enumerate(pieces):
        depth += {"(": 1, ")": -1}.get(piece.text, 0)
        if depth == 0:
            return at == len(pieces) - 1
    return False


def parenthesis(text: str) -> str:
    """Return what stands in the first parentheses of *text*."""
    pieces = tokens(text)
    start = next((at for at, token in enumerate(pieces) if token.text == "("), len(pieces))
    depth = 0
    for at in range(start, len(pieces)):
        depth += {"(": 1, ")": -1}.get(pieces[at].text, 0)
        if depth == 0:
            return join(pieces[start + 1 : at])
    return ""


def after_where(sql: str) -> str:
    """Return the condition of a CREATE INDEX, or ""."""
    pieces = tokens(sql)
    depth = 0
    for at, piece in enumerate(pieces):
        depth += {"(": 1, ")": -1}.get(piece.text, 0)
        if depth == 0 and piece.word == "WHERE":
            return join(pieces[at + 1 :])
    return ""
