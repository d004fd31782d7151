"""An index as the server writes it down, for the way back of one that goes.

Reflection leaves out which columns run down (MariaDB), and whole indexes on an expression (MySQL).
"""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy import Connection

_LINE = r"^\s*(?:(UNIQUE|FULLTEXT|SPATIAL) )?KEY {} \((.*?),?$"
_TOKEN = re.compile(r"'(?:[^'\\]|''|\\.)*'|`(?:[^`]|``)*`|.")
_PLAIN = re.compile(r"`((?:[^`]|``)+)`(?:\((\d+)\))?")
_PARSER = re.compile(r"WITH PARSER `(\w+)`")


def stored_index(
    connection: Connection, table: str, schema: str | None, name: str
) -> ops.CreateIndexOp | None:
    """Return what creates the index *name* as it is; None where there is no such index."""
    preparer = connection.dialect.identifier_preparer
    quoted = preparer.format_table(sa.table(table, schema=schema))
    text = connection.exec_driver_sql(f"SHOW CREATE TABLE {quoted}").one()[1]
    line = re.search(_LINE.format(re.escape(preparer.quote_identifier(name))), text, re.M)
    if line is None:
        return None
    kind, rest = line.groups()
    *parts, options = _parts(rest)
    columns: list[Any] = []
    lengths: dict[str, int] = {}
    for part in parts:
        plain = _PLAIN.fullmatch(part)
        if plain is None:
            columns.append(sa.literal_column(part))
            continue
        columns.append(plain[1].replace("``", "`"))
        if plain[2]:
            lengths[columns[-1]] = int(plain[2])
    parser = _PARSER.search(options)
    said: dict[str, Any] = {
        "mysql_length": lengths,
        "mysql_prefix": None if kind == "UNIQUE" else kind,
        "mysql_with_parser": parser and parser[1],
    }
    said = {option: value for option, value in said.items() if value}
    return ops.CreateIndexOp(name, table, columns, schema=schema, unique=kind == "UNIQUE", **said)


def _parts(text: str) -> Iterator[str]:
    """Yield the parts of an index, and last what stands behind the parenthesis that closes them."""
    depth, part = 0, ""
    for token in _TOKEN.finditer(text):
        piece = token.group()
        if not depth and piece in ",)":
            yield part
            part = ""
            if piece == ")":
                yield text[token.end() :]
                return
            continue
        depth += (piece == "(") - (piece == ")")
        part += piece
