"""One row of a table: values that fit its types, its keys, its CHECKs, and those to come."""

import itertools
import json
from collections.abc import Iterator, Mapping

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ....factories import FACTORIES
from . import sql
from .choices import Choices
from .references import agrees, referred
from .schema import ForeignKey, Table
from .system_catalogs import rows_of

Row = dict[str, str | None]


class RowMaker:
    """Makes values through *connection*; remembers which numbers and which values are used."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Begin with no knowledge of any table."""
        self.choices = Choices()
        self._connection = connection
        self._numbers: dict[int, Iterator[int]] = {}

    async def row(self, table: Table, n: int) -> tuple[Row, list[ForeignKey]]:
        """Return values for row *n*, and the keys among them that are guesses."""
        row: Row = {}
        guesses = []
        # Those of many columns first: others may share a column with them.
        for place, key in enumerate(sorted(table.keys, key=lambda key: -len(key.columns))):
            found = await referred(self._connection, table, key)
            if fitting := [values for values in found or () if agrees(row, key, values)]:
                # Two keys together run through all pairs, not only through equal places.
                turn = n - 1 + place * ((n - 1) // len(fitting))
                row |= zip(key.columns, fitting[turn % len(fitting)], strict=True)
            elif key.later:
                continue
            elif nullable := [c for c in key.columns if table.column(c).nullable]:
                row |= {c: None for c in nullable if c not in row}
            elif found is None:
                guesses.append(key)
        for column in table.columns:
            from_server = column.has_default and not self.choices.is_chosen(table, column)
            if not (column.name in row or column.generated or from_server):
                row[column.name] = self.choices.value(table, column, n)
        return row | _from_factory(table, n), guesses

    def next_number(self, table: Table) -> int:
        """Return a number that no row of *table* was made from yet."""
        return next(self._numbers.setdefault(table.oid, itertools.count(1)))

    async def later_check_broken(self, table: Table, row: Row) -> str | None:
        """Return the name of a CHECK to come that *row* would break; a default breaks none."""
        for check in (check for check in table.checks if check.later):
            record = f"jsonb_populate_record(NULL::{table.sql}, {sql.literal(json.dumps(row))})"
            try:
                if await rows_of(
                    self._connection, f"SELECT 1 FROM {record} WHERE NOT ({check.text})"
                ):
                    return check.name
            except DBAPIError as error:
                if sql.sqlstate(error).startswith(sql.DATA_EXCEPTION):
                    return check.name
                # Else it speaks of a type or function that is yet to come.
        return None


def _from_factory(table: Table, n: int) -> Row:
    make = FACTORIES.get(table.name)
    given: Mapping[str, object] = make(n) if make else {}
    names = {column.name for column in table.columns} & given.keys()
    return {name: None if given[name] is None else str(given[name]) for name in names}
