"""``op.set_strict`` and ``op.set_rowid``: the words after a table's parentheses."""

from __future__ import annotations

from dataclasses import dataclass

from alembic.operations import Operations
from sqlalchemy import Connection

from ...operations.operation import Operation
from ...operations.rank import Contract, Expand
from ...phase import CONTRACT, EXPAND, Phase
from ...session.errors import DatabaseError
from .affinity import affinity
from .definition import Definition
from .footprints import COPY
from .rebuild import definition_of, rebuild
from .tokens import plain

# Before columns of types that STRICT does not know, and after such have gone.
_RANKS: dict[Phase, int] = {EXPAND: Expand.COLUMNS - 1, CONTRACT: Contract.DROP_COLUMNS + 3}
_STRICT, _WITHOUT_ROWID = "STRICT", "WITHOUT ROWID"
# What STRICT has in the place of other words of the same affinity.
_WORDS = {"TEXT": "TEXT", "REAL": "REAL", "BLOB": "BLOB", "INTEGER": "INTEGER"}
_ALLOWED = {"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"}


@dataclass
class SetStrict(Operation):
    """``op.set_strict(table, wanted)``: values must be of their column's type, or no longer must."""

    name = "set_strict"
    footprint = COPY
    ranks = _RANKS
    table_name: str
    wanted: bool

    def run(self, operations: Operations) -> None:
        """Rebuild the table; raises DatabaseError where a value is of another type."""
        connection, definition = _known(operations, self.table_name)
        if self.wanted:
            for column in definition.columns:
                if column.type.upper() not in _ALLOWED:
                    column.type = _WORDS.get(_kind(column.type), column.type)
        _set(connection, self.table_name, definition, _STRICT, self.wanted)

    def reverse(self) -> SetStrict:
        """Return the opposite."""
        return SetStrict(self.table_name, not self.wanted)


@dataclass
class SetRowid(Operation):
    """``op.set_rowid(table, wanted)``: rows have a number beside their key, or have none."""

    name = "set_rowid"
    footprint = COPY
    ranks = _RANKS
    table_name: str
    wanted: bool

    def run(self, operations: Operations) -> None:
        """Rebuild the table."""
        connection, definition = _known(operations, self.table_name)
        _set(connection, self.table_name, definition, _WITHOUT_ROWID, not self.wanted)

    def reverse(self) -> SetRowid:
        """Return the opposite."""
        return SetRowid(self.table_name, not self.wanted)


def _known(operations: Operations, table: str) -> tuple[Connection, Definition]:
    if operations.migration_context.as_sql:
        raise DatabaseError(
            f"{table} has to be rebuilt from the text that SQLite keeps of it, which --sql cannot "
            "know: run the upgrade itself"
        )
    connection = operations.get_bind()
    return connection, definition_of(connection, table)


def _set(
    connection: Connection, table: str, definition: Definition, option: str, wanted: bool
) -> None:
    said = [text for text in definition.options.split(",") if plain(text)]
    kept = [text.strip() for text in said if plain(text) != option.lower()]
    if wanted == (len(kept) < len(said)):
        return
    definition.options = ", ".join([*kept, option] if wanted else kept)
    rebuild(connection, table, definition)


def _kind(declared: str) -> str:
    """Return the affinity of *declared*; a whole number is told apart here."""
    return "INTEGER" if "INT" in declared.upper() else affinity(declared)
