"""How fast the rows of a table are read and sorted: tried on some of them, and nothing is written."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from ...database import backfilling, sampling
from .look import Look, Unanswered
from .named import Place

# A sample begins with so many rows, and grows until it takes this long (seconds): so the longest
# question takes some tenths of a second, however slow a row is.
_FIRST, _GROWS, _ENOUGH = 200, 8, 0.04
# Seconds: a plan of many steps spends no more on samples in all.
_IN_ALL = 5.0
# Smaller tables are over in an instant, whatever is done to them.
SMALL = 1_000


@dataclass(frozen=True)
class Sample:
    """What was read of a table: so many *rows* in *seconds*, and *bytes* of each row's values.

    *chosen* is how many of the rows a condition took.
    """

    rows: int
    seconds: float
    bytes: float
    chosen: int

    @property
    def seconds_a_row(self) -> float:
        """Return how long one row takes."""
        return self.seconds / self.rows


class Measure:
    """Reads samples by a *look* at the database; what was read once is remembered."""

    def __init__(self, look: Look) -> None:
        """Begin with nothing read."""
        self._look = look
        self._left = _IN_ALL
        self._known: dict[Any, Sample | None] = {}

    def read(
        self,
        place: Place,
        values: tuple[str, ...],
        *,
        is_sorted: bool = False,
        where: str | None = None,
        added: Mapping[str, TypeEngine[Any]] | None = None,
    ) -> Sample | None:
        """Return a sample of SQL *values* of each row, of the columns *added* too; None without one.

        The time is that of the rows alone: what each question takes is left out.
        """
        key = (place, values, is_sorted, where, tuple(added or ()))
        if key not in self._known:
            query = _Query(values, is_sorted, where, added or {})
            try:
                self._known[key] = self._grown(place, query)
            except Unanswered:
                self._known[key] = None
        return self._known[key]

    def _grown(self, place: Place, query: "_Query") -> Sample | None:
        size = self._look.size(place)
        taken: list[tuple[float, Any]] = []
        wanted = _FIRST
        while self._left > 0 and (not taken or _goes_on(taken[-1][0], wanted, size.rows)):
            table = sa.table(place[1], schema=place[0])
            source = sampling.source(self._look.connection, table, wanted, size)
            asked = query.on(source, table, wanted)
            answer = self._timed(asked)
            for _ in range(1 if taken else 2):
                if answer[0] >= _ENOUGH:
                    # The machine may have had something else to do.
                    answer = min(answer, self._timed(asked), key=lambda one: one[0])
            taken.append(answer)
            wanted *= _GROWS
        return _sample(taken)

    def _timed(self, asked: sa.Select[Any]) -> tuple[float, Any]:
        begun = time.perf_counter()
        try:
            row = self._look.ask(asked)[0]
        finally:
            took = time.perf_counter() - begun
            self._left -= took
        return took, row


@dataclass(frozen=True)
class _Query:
    values: tuple[str, ...]
    is_sorted: bool
    where: str | None
    added: Mapping[str, TypeEngine[Any]]

    def on(self, source: sa.FromClause, table: sa.TableClause, most: int) -> sa.Select[Any]:
        """Return the query for rows, rows chosen, and the bytes of the values."""
        every: Any = sa.literal_column(f"{sampling.name_of(source, table)}.*")
        absent = [backfilling.absent(type_).label(name) for name, type_ in self.added.items()]
        rows = sa.select(every, *absent).select_from(source).limit(most).subquery(table.name)
        values: list[sa.Label[Any]] = [
            sa.literal_column(f"({text})").label(f"v{number}")
            for number, text in enumerate(self.values)
        ]
        chosen: Any = sa.literal_column(f"({self.where})" if self.where else "1")
        chosen = sa.case((chosen, 1), else_=0) if self.where else chosen
        inner = sa.select(chosen.label("chosen"), *values).select_from(rows)
        if self.is_sorted:
            inner = inner.order_by(*values).limit(most)
        read = inner.subquery("sample")
        widths = [sampling.width(read.c[value.name]) for value in values]
        total: Any = sum(
            (sa.func.coalesce(sa.func.sum(width), 0) for width in widths), sa.literal_column("0")
        )
        return sa.select(
            sa.func.count(), sa.func.coalesce(sa.func.sum(read.c.chosen), 0), total
        ).select_from(read)


def _goes_on(took: float, wanted: int, rows: int | None) -> bool:
    return took < _ENOUGH and (rows is None or wanted < rows * _GROWS) and wanted < 10**7


def _sample(taken: list[tuple[float, Any]]) -> Sample | None:
    """Return the sample of the largest question, without what the smallest took for none of its rows."""
    if not taken or not taken[-1][1][0]:
        return None
    seconds, (rows, chosen, width) = taken[-1]
    first, (fewer, *_) = taken[0]
    if rows > fewer and seconds > first:
        seconds = (seconds - first) * rows / (rows - fewer)
    return Sample(rows, seconds, float(width) / rows, int(chosen))
