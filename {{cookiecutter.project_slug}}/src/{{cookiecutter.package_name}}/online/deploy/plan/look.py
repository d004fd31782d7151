"""Questions to the real database: each ends in a bounded time, and none changes anything."""

import warnings
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SAWarning

from ...database import catalog, driver
from ...interface import Size
from ...operations.foresight.rules import Rule
from ...operations.percents import single
from .named import Place

# How many keys are shown.
_EXAMPLES = 2


class Found(NamedTuple):
    """How many rows break a rule, the keys of some, and the query that finds them all."""

    how_many: int
    examples: tuple[str, ...]
    query: str


class Unanswered(Exception):
    """The database did not answer; *is_refused* where it does not take the question itself."""

    def __init__(self, told: str, *, is_refused: bool = False) -> None:
        """Say why."""
        super().__init__(told)
        self.is_refused = is_refused


class Look:
    """A look at the database behind a *connection* in autocommit, which nobody else uses."""

    def __init__(self, connection: Connection, seconds: float) -> None:
        """Bound each question to so many *seconds*."""
        self.connection = connection
        self._seconds = seconds
        self._columns: dict[Place, dict[str, Any] | None] = {}
        self._sizes: dict[Place, Size] = {}
        catalog.only_read(connection, seconds)
        self._inspector = sa.inspect(connection)

    def columns(self, place: Place) -> dict[str, Any] | None:
        """Return the columns of the table, by name; None where there is no table."""
        if place not in self._columns:
            try:
                found = self._inspector.get_columns(place[1], place[0])
                self._columns[place] = {column["name"]: column for column in found} or None
            except NoSuchTableError:
                self._columns[place] = None
        return self._columns[place]

    def key(self, place: Place) -> list[str]:
        """Return the columns of the table's primary key."""
        return self._inspector.get_pk_constraint(place[1], place[0])["constrained_columns"]

    def indexes(self, place: Place) -> int:
        """Return how many indexes the table has, its key among them."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            return len(self._inspector.get_indexes(place[1], place[0])) + bool(self.key(place))

    def rules(self, place: Place) -> set[str]:
        """Return the names of the table's constraints and indexes."""
        of = self._inspector
        with warnings.catch_warnings():
            # Of what SQLAlchemy cannot read it passes over the definition, or the whole.
            warnings.simplefilter("ignore", SAWarning)
            found: list[Any] = [
                *of.get_unique_constraints(place[1], place[0]),
                *of.get_foreign_keys(place[1], place[0]),
                *of.get_check_constraints(place[1], place[0]),
                *of.get_indexes(place[1], place[0]),
            ]
        return {one["name"] for one in found if one["name"]}

    def size(self, place: Place) -> Size:
        """Return how large the table is."""
        if place not in self._sizes:
            self._sizes[place] = catalog.size(self.connection, *place)
        return self._sizes[place]

    def rows(self, rule: Rule, place: Place) -> Found:
        """Return the rows that break *rule*; raises Unanswered."""
        key = self.key(place)
        query = rule.rows(key)
        inner = query.subquery("found")
        counted = sa.select(inner, sa.func.count().over().label("how_many")).limit(_EXAMPLES)
        rows = self.ask(counted)
        dialect = self.connection.dialect
        text = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        return Found(
            rows[0][-1] if rows else 0,
            tuple(_told(key, row) for row in rows) if key else (),
            " ".join(single(str(text), dialect).split()),
        )

    def ask(self, query: sa.Select[Any]) -> list[Any]:
        """Return the rows of *query*; raises Unanswered."""
        try:
            return list(self.connection.execute(query).all())
        except DBAPIError as error:
            if catalog.ran_out(error):
                raise Unanswered(f"could not be counted in {self._seconds:g} s") from error
            if (fault := driver.fault(error)) is not None:
                raise Unanswered(f"cannot be looked at: {fault}") from error
            raise Unanswered(driver.said(error), is_refused=True) from error


def _told(key: list[str], row: Any) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(key, row, strict=False))
