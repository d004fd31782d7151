"""A table as the proof sees it: what a row needs, and what a client can write."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column; *type* is the base of a domain, *category* as in ``pg_type.typcategory``."""

    name: str
    type: str
    category: str
    size: int | None
    scale: int
    labels: tuple[str, ...]
    nullable: bool
    has_default: bool
    # Written by the server alone: identity and generated columns.
    generated: bool


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key; *referred* is the other table's name in SQL."""

    columns: tuple[str, ...]
    referred_oid: int
    referred: str
    referred_columns: tuple[str, ...]
    # Not there yet: a later revision adds it.
    later: bool = False


@dataclass(frozen=True)
class Check:
    """A CHECK of the table, or of the domain of one of its columns; *text* is its expression."""

    name: str
    columns: tuple[str, ...]
    text: str
    of_table: bool
    later: bool = False


@dataclass(frozen=True)
class Table:
    """A table that clients write; partitions belong to their parent."""

    oid: int
    sql: str
    columns: tuple[Column, ...]
    keys: tuple[ForeignKey, ...]
    checks: tuple[Check, ...]
    # The columns of each unique index and exclusion constraint.
    uniques: tuple[frozenset[str], ...]

    @property
    def name(self) -> str:
        """The name without quotes, and without the schema ``public``."""
        return self.sql.replace('"', "").removeprefix("public.")

    def column(self, name: str) -> Column:
        """Return the column of that name."""
        return next(column for column in self.columns if column.name == name)

    def is_unique(self, names: Iterable[str]) -> bool:
        """Tell whether no two rows may have the same values in these columns."""
        return any(unique <= set(names) for unique in self.uniques)
