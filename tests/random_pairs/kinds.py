"""What a random pair of models is drawn from: kinds of things in a table, each in several states.

A kind is a list of states. A pair takes one state for the models before and another for those
after, so that every change between two states of every kind comes up, beside changes of others.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem


class Place(NamedTuple):
    """Where a part stands: its metadata, its table, and the word that all its names begin with.

    *other* is a table that is always there, with the key ``id`` and the unique column ``code``.
    """

    metadata: sa.MetaData
    table: str
    word: str
    other: str

    def column(self, end: str, type_: Any, *items: Any, **arguments: Any) -> sa.Column[Any]:
        """Return the column *end* of this part: one that comes or goes is no rename."""
        info = {"renamed_from": None, **arguments.pop("info", {})}
        return sa.Column(f"{self.word}_{end}", type_, *items, info=info, **arguments)


State = Callable[[Place], Sequence[Any]]
# Makes the rule or index, or several, on the column "c" of a place.
Rule = Callable[[Place], Any]


class Kind(NamedTuple):
    """One kind: its name, for the report, and the states that it can be in."""

    name: str
    states: Sequence[State]


class Options(dict[str, Any]):
    """Arguments of the table itself, among a state's items."""


class Part(NamedTuple):
    """One kind in one table, before and after."""

    kind: Kind
    table: int
    before: int
    after: int

    def is_of_table(self) -> bool:
        """Tell whether one of its states says something of the table itself."""
        made = (
            self.kind.states[state](Place(sa.MetaData(), "t", "p", "base"))
            for state in (self.before, self.after)
        )
        return any(isinstance(item, Options) for items in made for item in items)

    def unchanged(self) -> Part:
        """Return the same part as it was before."""
        return self._replace(after=self.before)


class Pair(NamedTuple):
    """A random pair; *tables* says which tables are there before and after."""

    parts: tuple[Part, ...]
    tables: tuple[tuple[bool, bool], ...]

    def metadata(self, side: int, convention: Any) -> sa.MetaData:
        """Return the models of *side*: 0 before, 1 after."""
        metadata = sa.MetaData(naming_convention=convention)
        _base(metadata)
        for number, there in enumerate(self.tables):
            if there[side]:
                self._table(number, side, metadata)
        return metadata

    def _table(self, number: int, side: int, metadata: sa.MetaData) -> None:
        items: list[Any] = []
        options: dict[str, Any] = {"info": {"renamed_from": None}}
        key: list[Any] = [
            sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
        ]
        for place, part in enumerate(self.parts):
            if part.table != number:
                continue
            state = part.kind.states[(part.before, part.after)[side]]
            # Another table, or a sequence, is in the metadata already.
            for item in state(Place(metadata, f"t{number}", f"p{place}", "base")):
                if isinstance(item, Options):
                    key = item.pop("key", key)
                    options |= item
                elif isinstance(item, SchemaItem) and not isinstance(item, sa.Table | sa.Sequence):
                    items.append(item)
        sa.Table(f"t{number}", metadata, *key, *items, **options)

    def named_in(self, text: str) -> Pair | None:
        """Return the pair without the changes whose names are in *text*; None where none is."""
        named = {
            part.table
            for part in self.parts
            if re.search(rf"\bt{part.table}(:|\.id\b|\.PRIM)", text)
        }
        # What is said of a table is of its key or its options, where these change.
        of_table = {
            place
            for place, part in enumerate(self.parts)
            if part.table in named and part.is_of_table() and part.before != part.after
        }
        whole = named - {self.parts[place].table for place in of_table}
        parts = tuple(
            part.unchanged()
            if re.search(rf"\bp{place}_|_p{place}_", text)
            or place in of_table
            or part.table in whole
            else part
            for place, part in enumerate(self.parts)
        )
        return None if parts == self.parts else self._replace(parts=parts)


def drawn(rng: random.Random, kinds: Sequence[Kind]) -> Pair:
    """Return a pair: one to three tables, each of two to six parts of *kinds*."""
    there = [(True, True), (True, True), (True, True), (True, True), (False, True), (True, False)]
    tables = ((True, True), *(rng.choice(there) for _ in range(rng.randint(0, 2))))
    parts: list[Part] = []
    for number in range(len(tables)):
        for kind in rng.sample(list(kinds), rng.randint(2, 6)):
            before, after = (rng.randrange(len(kind.states)) for _ in range(2))
            parts.append(Part(kind, number, before, after))
    return Pair(tuple(parts), tables)


def _base(metadata: sa.MetaData) -> None:
    key = sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    sa.Table("base", metadata, key, sa.Column("code", sa.String(30), unique=True))


def columns(*made: tuple[Any, dict[str, Any]]) -> list[State]:
    """Return the states of one column: none, and each of *made*, its type and arguments."""

    def state(type_: Any, arguments: dict[str, Any]) -> State:
        return lambda place: [place.column("c", type_, **arguments)]

    return [lambda _: [], *(state(*one) for one in made)]


def rules(column: Any, *made: Rule) -> list[State]:
    """Return the states of a column with a rule, or an index, on it: none, and each of *made*."""

    def state(rule: Rule) -> State:
        def items(place: Place) -> list[Any]:
            found = rule(place)
            return [place.column("c", column), *(found if isinstance(found, list) else [found])]

        return items

    return [lambda place: [place.column("c", column)], *(state(one) for one in made)]
