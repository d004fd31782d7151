"""What SQLAlchemy does not read of a column, so that one that goes comes back as it was."""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from ...operations.colons import with_colons_escaped
from .definition import Column, Definition
from .rebuild import text_of
from .tokens import is_whole, name_in, parenthesis, plain, tokens


def complete(connection: Connection, table: str, info: dict[str, Any]) -> None:
    """Add to *info*, SQLAlchemy's of a column, what else SQLite keeps of it."""
    definition = _definition(text_of(connection, table))
    column = definition.column(info["name"])
    if column is None:
        return
    if info["default"] is not None:
        info["default"] = _default(info["default"])
    if isinstance(info["type"], sa.String):
        info["type"].collation = collation_of(column)
    said: dict[str, Any] = {}
    if conflict := conflict_of(column, "NOT NULL"):
        said["sqlite_on_conflict_not_null"] = conflict
    for key in [rule for rule in definition.rules if rule.kind == "PRIMARY" and rule.conflict]:
        if plain(parenthesis(key.text)) == plain(column.written):
            said["sqlite_on_conflict_primary_key"] = key.conflict
    if said:
        info["dialect_options"] = said


def collation_of(column: Column) -> str | None:
    """Return the collation that *column* says, None where it says none."""
    said = [clause.text for clause in column.clauses if clause.kind == "COLLATE"]
    meaning = [token for token in tokens(said[-1]) if token.means] if said else []
    return name_in(meaning[1]) if meaning else None


def conflict_of(column: Column, kind: str) -> str | None:
    """Return what stands after ON CONFLICT in the clause of this *kind*, or None."""
    return next((c.conflict for c in column.clauses if c.kind == kind and c.conflict), None)


def _default(text: str) -> str:
    """Return *text* for ``sa.text``, and ``(1) + (1)`` in the parentheses that SQLite wants."""
    whole = f"({text})" if text.startswith("(") and not is_whole(text) else text
    return with_colons_escaped(whole)


@lru_cache(maxsize=1)
def _definition(sql: str) -> Definition:
    return Definition.of(sql)
