"""Rules that rows may break: each knows the query that finds the rows, and how to tell of them.

The queries select the primary key alone, so that no other value is shown to anybody.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class Rule(ABC):
    """A rule on the rows of a table; *columns* are those of the table that it looks at."""

    schema: str | None
    table: str
    columns: tuple[str, ...]

    @abstractmethod
    def rows(self, key: Iterable[str]) -> sa.Select[Any]:
        """Return the query for the *key* of each row that breaks it."""

    @abstractmethod
    def told(self, count: str) -> str:
        """Return the sentence for *count* rows, without its full stop."""

    @property
    def refers_to(self) -> tuple[str | None, str] | None:
        """Return (schema, table) of the other table that it looks at, if there is one."""
        return None

    @property
    def _from(self) -> sa.TableClause:
        return _table(self.schema, self.table)


@dataclass(frozen=True)
class Filled(Rule):
    """Its one column is to be NOT NULL."""

    def rows(self, key: Iterable[str]) -> sa.Select[Any]:
        """Return the rows that hold NULL."""
        return _keys(key).select_from(self._from).where(sa.column(self.columns[0]).is_(None))

    def told(self, count: str) -> str:
        """Tell of them."""
        return (
            f"{self.table}.{self.columns[0]} cannot become NOT NULL: {count} hold NULL "
            "(fill them with op.backfill, or correct what writes them)"
        )


@dataclass(frozen=True)
class Valued(Rule):
    """Each row needs a value of its one column, and there is none: no row may be there."""

    # What follows in the sentence.
    why: str
    # Of a column that is there: only the rows with NULL need one.
    is_there: bool = False

    def rows(self, key: Iterable[str]) -> sa.Select[Any]:
        """Return the rows without a value."""
        every = _keys(key).select_from(self._from)
        return every.where(sa.column(self.columns[0]).is_(None)) if self.is_there else every

    def told(self, count: str) -> str:
        """Tell of them."""
        if self.is_there:
            return f"{self.table}.{self.columns[0]} is NULL in {count}, {self.why}"
        return f"{self.table} has {count}, {self.why}"


@dataclass(frozen=True)
class Unique(Rule):
    """No two rows may be alike in *expressions* (SQL text), where *predicate* holds."""

    name: str
    expressions: tuple[str, ...]
    predicate: str | None = None
    # Whether two rows with NULL are alike.
    nulls_alike: bool = False

    def rows(self, key: Iterable[str]) -> sa.Select[Any]:
        """Return the rows that have a twin."""
        parts: list[sa.ColumnElement[Any]] = [
            sa.literal_column(f"({text})") for text in self.expressions
        ]
        alike = sa.func.count().over(partition_by=parts).label("alike")
        inner = _keys(key).add_columns(alike).select_from(self._from)
        if self.predicate:
            inner = inner.where(sa.literal_column(f"({self.predicate})"))
        if not self.nulls_alike:
            inner = inner.where(*(part.is_not(None) for part in parts))
        counted = inner.subquery("counted")
        return _keys(key).select_from(counted).where(sa.column("alike") > 1)

    def told(self, count: str) -> str:
        """Tell of them."""
        what = ", ".join(self.columns or self.expressions)
        return f"{self.table} cannot be unique by {self.name}: {count} are alike in {what}"


@dataclass(frozen=True)
class Refers(Rule):
    """Where its columns hold values, *parent* must have a row with them."""

    name: str
    parent_schema: str | None
    parent: str
    parent_columns: tuple[str, ...]

    def rows(self, key: Iterable[str]) -> sa.Select[Any]:
        """Return the rows that refer to nothing."""
        names = [*dict.fromkeys([*key, *self.columns])]
        child = _table(self.schema, self.table, *names).alias("child")
        parent = _table(self.parent_schema, self.parent, *self.parent_columns).alias("parent")
        pairs = [
            (child.c[mine], parent.c[theirs])
            for mine, theirs in zip(self.columns, self.parent_columns, strict=True)
        ]
        there = sa.exists().where(*(mine == theirs for mine, theirs in pairs)).select_from(parent)
        keys: list[sa.ColumnElement[Any]] = [child.c[name] for name in key]
        return (
            sa.select(*(keys or [sa.literal_column("1")]))
            .select_from(child)
            .where(*(mine.is_not(None) for mine, _ in pairs), ~there.correlate(child))
        )

    def told(self, count: str) -> str:
        """Tell of them."""
        return (
            f"{self.table} cannot take the foreign key {self.name}: {count} refer to rows of "
            f"{self.parent} that do not exist"
        )

    @property
    def refers_to(self) -> tuple[str | None, str]:
        """Return the parent."""
        return self.parent_schema, self.parent


@dataclass(frozen=True)
class Holds(Rule):
    """*condition* (SQL text) must not be false of any row."""

    name: str
    condition: str

    def rows(self, key: Iterable[str]) -> sa.Select[Any]:
        """Return the rows of which it is false."""
        broken: sa.ColumnElement[bool] = sa.literal_column(f"NOT ({self.condition})")
        return _keys(key).select_from(self._from).where(broken)

    def told(self, count: str) -> str:
        """Tell of them."""
        return f"{self.table} cannot take the check {self.name}: {count} break it"


@dataclass(frozen=True)
class Equal(Rule):
    """Its two columns must be equal; *differ* is SQL text that is true where they are not."""

    differ: str

    def rows(self, key: Iterable[str]) -> sa.Select[Any]:
        """Return the rows in which they differ."""
        return _keys(key).select_from(self._from).where(sa.literal_column(f"({self.differ})"))

    def told(self, count: str) -> str:
        """Tell of them."""
        return (
            f"{self.table}.{self.columns[0]} and {self.table}.{self.columns[1]} differ in {count}, "
            "written past the triggers that keep them equal: make them equal first"
        )


@dataclass(frozen=True)
class Fits(Rule):
    """The text in its one column may have *length* characters."""

    length: int

    def rows(self, key: Iterable[str]) -> sa.Select[Any]:
        """Return the rows with more."""
        longer = sa.func.char_length(sa.column(self.columns[0])) > sa.literal(self.length)
        return _keys(key).select_from(self._from).where(longer)

    def told(self, count: str) -> str:
        """Tell of them."""
        return (
            f"{self.table}.{self.columns[0]} cannot become shorter: {count} have more than "
            f"{self.length} characters"
        )


def _keys(key: Iterable[str]) -> sa.Select[Any]:
    names: list[sa.ColumnElement[Any]] = [sa.column(name) for name in key]
    return sa.select(*(names or [sa.literal_column("1").label("one")]))


def _table(schema: str | None, name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns), schema=schema)
