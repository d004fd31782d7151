"""How long something takes, as a range; and what kinds of work cost, against reading the rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ...operations.foresight.footprint import Work


class Range(NamedTuple):
    """From *low* to *high* seconds, or as many times as long as something else."""

    low: float
    high: float

    def plus(self, other: "Range") -> "Range":
        """Return the range of both, one after the other."""
        return Range(self.low + other.low, self.high + other.high)

    def times(self, amount: float) -> "Range":
        """Return it *amount* times over."""
        return Range(self.low * amount, self.high * amount)


@dataclass(frozen=True)
class Costs:
    """What work costs on a database, as it was seen on it.

    *step* is what each step takes whatever the rows. *work* says how many times longer work takes
    than a sample lets expect: of the rows read, or sorted for an index. *for_each_index* of the
    table comes to that.
    """

    step: Range
    work: Mapping[Work, Range]
    for_each_index: Mapping[Work, Range]
    # Bytes that an index needs for each row beside its values, and what part of a page is used.
    entry_bytes: float
    filled: float
    # Whether an UPDATE writes the row anew, and leaves the old one where it was.
    leaves_versions: bool = False
    # Whether several changes of one table in a revision may be one copy of it.
    copies_once: bool = False
