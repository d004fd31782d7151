"""Which of a column's possible values to use: learnt from the CHECKs that said no."""

import itertools
from collections.abc import Iterator

from .hints import from_check
from .schema import Column, Table
from .values import Make, natural

# Of the combinations of values that a CHECK of several columns may have, try so many.
_COMBINATIONS = 500


class Choices:
    """Remembers, for each column, the way of making values that its table's CHECKs accept."""

    def __init__(self) -> None:
        """Begin with the most natural value everywhere."""
        self._chosen: dict[tuple[int, str], int] = {}
        self._left: dict[tuple[int, str], Iterator[tuple[int, ...]]] = {}

    def is_chosen(self, table: Table, column: Column) -> bool:
        """Tell whether a CHECK asked for a value other than the first."""
        return (table.oid, column.name) in self._chosen

    def value(self, table: Table, column: Column, n: int) -> str | None:
        """Return the column's value in row *n*."""
        return _ways(table, column)[self._chosen.get((table.oid, column.name), 0)](n)

    def try_next(self, table: Table, constraint: str | None) -> bool:
        """Choose other values for the columns of the CHECK that failed; False if none are left."""
        for check in (check for check in table.checks if check.name == constraint):
            ways = (range(len(_ways(table, table.column(name)))) for name in check.columns)
            combinations = itertools.islice(itertools.product(*ways), _COMBINATIONS)
            left = self._left.setdefault((table.oid, check.name), combinations)
            for combination in left:
                for name, way in zip(check.columns, combination, strict=True):
                    self._chosen[table.oid, name] = way
                return True
            for name in check.columns:
                self._chosen.pop((table.oid, name), None)
        return False


def _ways(table: Table, column: Column) -> list[Make]:
    """Return the ways to make a value of *column*, the most natural first."""
    make = natural(column, table.columns.index(column))
    found = [make] if make else []
    for check in table.checks:
        if column.name in check.columns:
            found += from_check(column, check.text)
    if column.nullable or not found:
        found.append(lambda n: None)
    return found
