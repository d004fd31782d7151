"""Columns as SHOW CREATE TABLE writes them: what reflection by regular expressions gets wrong.

SQLAlchemy 2.1 loses a default that holds an escaped quote or is an expression of MariaDB's, and all
that stands behind it; it leaves backslashes doubled; and it takes MariaDB's JSON, a text with a
rule, for the text alone.
"""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

# Words, with what stands in their parentheses and quotes.
_TOKEN = re.compile(r"'(?:[^'\\]|''|\\.)*'|`(?:[^`]|``)*`|\s+|.", re.DOTALL)
_LINE = re.compile(r"^  (`(?:[^`]|``)+`) (.*?),?$", re.M)
_ESCAPE = re.compile(r"''|\\(.)", re.DOTALL)
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def written_columns(
    connection: Connection, table: str, schema: str | None
) -> dict[str, dict[str, Any]]:
    """Return by name what is to be put right in each reflected column of the table."""
    preparer = connection.dialect.identifier_preparer
    name = preparer.format_table(sa.table(table, schema=schema))
    text = connection.exec_driver_sql(f"SHOW CREATE TABLE {name}").one()[1]
    found = {}
    for quoted, rest in _LINE.findall(text):
        words = _words(rest)
        said: dict[str, Any] = {
            "default": _default(words),
            "comment": unquoted(after) if (after := _after(words, "COMMENT")) else None,
        }
        if f"CHECK (json_valid({quoted}))" in rest:
            said["type"] = sa.JSON()
        found[quoted[1:-1].replace("``", "`")] = said
    return found


def put_right(column: dict[str, Any], said: dict[str, Any]) -> None:
    """Correct the reflected *column* by what *said* of it."""
    if column.get("computed"):
        said = {name: value for name, value in said.items() if name != "default"}
    column.update(said)
    labels = getattr(column["type"], "enums", None) or getattr(column["type"], "values", None)
    if isinstance(labels, list | tuple) and any("\\" in label for label in labels):
        type_: Any = column["type"]
        column["type"] = type(type_)(
            *(unquoted(f"'{label}'") for label in labels),
            charset=type_.charset,
            collation=type_.collation,
        )


def unquoted(literal: str) -> str:
    """Return the value of a string *literal* of SQL."""
    return _ESCAPE.sub(lambda found: _NAMED.get(found[1], found[1]) or "'", literal[1:-1])


def _default(words: list[str]) -> str | None:
    default, updated = _after(words, "DEFAULT"), _after(words, "UPDATE")
    if updated is not None:
        return f"{default or 'NULL'} ON UPDATE {updated}"
    return None if default == "NULL" else default


def _after(words: list[str], word: str) -> str | None:
    return words[words.index(word) + 1] if word in words[:-1] else None


def _words(text: str) -> list[str]:
    words, depth = [""], 0
    for token in _TOKEN.finditer(text):
        piece = token.group()
        depth += (piece == "(") - (piece == ")")
        if piece.isspace() and not depth:
            words.append("")
        else:
            words[-1] += piece
    return words
