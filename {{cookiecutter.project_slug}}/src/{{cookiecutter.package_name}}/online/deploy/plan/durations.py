"""How long work on a table takes: what its sample took, times what such work costs."""

import math

from ...database import costs
from ...operations.foresight.footprint import Work
from .look import Look
from .measure import Measure, Sample
from .named import Place
from .ranges import Costs, Range

COSTS: Costs = costs.COSTS
# Nothing of the row: what it takes to get from one to the next.
_NOTHING = ("1",)


class Durations:
    """Ranges for the tables behind a *look*; None where no sample could be had."""

    def __init__(self, look: Look) -> None:
        """Begin with nothing measured."""
        self._look = look
        self.measure = Measure(look)

    def rows(self, place: Place) -> int:
        """Return about how many rows the table has."""
        return self._look.size(place).rows or 0

    def plain(self, place: Place) -> Sample | None:
        """Return a sample of the rows alone."""
        return self.measure.read(place, _NOTHING)

    def reading(self, place: Place, values: tuple[str, ...]) -> Range | None:
        """Return how long a look at *values* of each row takes; at the rows, where there are none yet."""
        sample = self.measure.read(place, values or _NOTHING) or self.plain(place)
        return None if sample is None else self.of_sample(place, sample)

    def of_sample(self, place: Place, sample: Sample) -> Range:
        """Return how long all rows take, read as in *sample*."""
        return COSTS.work[Work.SCAN].times(sample.seconds_a_row * self.rows(place))

    def sorting(self, sample: Sample, rows: float) -> Range:
        """Return how long an index of so many *rows* takes, when *sample* was sorted as it is."""
        grows = math.log2(max(rows, 2)) / math.log2(max(sample.rows, 2))
        return COSTS.work[Work.INDEX].times(sample.seconds_a_row * rows * max(grows, 1))

    def writing(self, work: Work, place: Place, rows: float) -> Range | None:
        """Return how long it takes to write so many *rows* of the table, and its indexes."""
        sample = self.plain(place)
        if sample is None:
            return None
        each = COSTS.for_each_index[work].times(self._look.indexes(place))
        return COSTS.work[work].plus(each).times(sample.seconds_a_row * rows)
