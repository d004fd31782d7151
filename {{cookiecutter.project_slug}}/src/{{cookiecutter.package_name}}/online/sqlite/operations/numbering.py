"""``op.set_autoincrement``: whether a number of a row that is gone may be given again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alembic.operations import Operations

from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...phase import CONTRACT, EXPAND
from ...session.errors import DatabaseError
from .definition import Clause, Definition
from .footprints import COPY
from .rebuild import definition_of, rebuild
from .tokens import join, parenthesis, plain, tokens

_WORD = "AUTOINCREMENT"
_KEY = re.compile(r"\bPRIMARY\s+KEY\b", re.IGNORECASE)


@dataclass
class SetAutoincrement(Operation):
    """``op.set_autoincrement(table, wanted)``: the key says AUTOINCREMENT, or no longer does."""

    name = "set_autoincrement"
    footprint = COPY
    ranks = {EXPAND: Expand.VALUES + 2, CONTRACT: Contract.DROP_COLUMNS + 2}
    table_name: str
    wanted: bool

    def run(self, operations: Operations) -> None:
        """Rebuild the table; raises DatabaseError where its key does not number rows."""
        connection = operations.get_bind()
        if operations.migration_context.as_sql:
            raise DatabaseError(
                f"{self.table_name} has to be rebuilt from the text that SQLite keeps of it, which "
                "--sql cannot know: run the upgrade itself"
            )
        definition = definition_of(connection, self.table_name)
        if self.wanted:
            _number(self.table_name, definition)
        else:
            _number_freely(definition)
        rebuild(connection, self.table_name, definition)

    def reverse(self) -> SetAutoincrement:
        """Return the opposite."""
        return SetAutoincrement(self.table_name, not self.wanted)


def _number(table: str, definition: Definition) -> None:
    """Let the key of *definition* stand in its column, and say AUTOINCREMENT."""
    column = next((c for c in definition.columns if definition.is_row_number(c)), None)
    if column is None:
        raise DatabaseError(
            f"{table}: only a key that is one column of the type INTEGER says {_WORD}"
        )
    for rule in [rule for rule in definition.rules if rule.kind == "PRIMARY"]:
        definition.rules.remove(rule)
        inside = parenthesis(rule.text)
        text = rule.text.replace(f"({inside})", "").strip()
        column.clauses.append(Clause(rule.name, "PRIMARY", text))
    for clause in column.clauses:
        if clause.kind == "PRIMARY" and _WORD.lower() not in plain(clause.text):
            clause.text = f"{clause.text} {_WORD}"


def _number_freely(definition: Definition) -> None:
    """Let the key of *definition* stand after the columns, without AUTOINCREMENT."""
    for column in definition.columns:
        for clause in [clause for clause in column.clauses if clause.kind == "PRIMARY"]:
            column.clauses.remove(clause)
            kept = join(token for token in tokens(clause.text) if token.word != _WORD)
            key = _KEY.search(kept)
            at = key.end() if key is not None else len(kept)
            text = f"{kept[:at]} ({column.written}){kept[at:]}"
            definition.rules.insert(0, Clause(clause.name, "PRIMARY", text))
