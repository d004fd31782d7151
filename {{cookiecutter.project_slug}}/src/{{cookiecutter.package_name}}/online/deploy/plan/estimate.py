"""How long a step takes, and how much disk it needs: from samples of its table and the catalogue."""

import math
from collections.abc import Sequence
from typing import Any

from alembic.operations import MigrateOperation
from alembic.runtime.migration import MigrationContext

from ...database import costs
from ...operations.backfill import Backfill
from ...operations.foresight.footprint import Footprint, Work
from ...operations.foresight.looked_at import looked_at
from ...operations.foresight.rules import Rule
from .ahead import Ahead
from .look import Look
from .measure import SMALL, Measure, Sample
from .named import Place, plain_of
from .plan import Step
from .ranges import Costs, Range

_COSTS: Costs = costs.COSTS
# Bytes of a value that nobody can see yet.
_UNSEEN = 16.0
_NO_TIME = Range(0.0, 0.0)


class Estimator:
    """Gives steps their ranges; *ahead* is what the steps so far change."""

    def __init__(self, look: Look, ahead: Ahead) -> None:
        """Ask by *look*."""
        self._look = look
        self._ahead = ahead
        self._measure = Measure(look)
        self._copied: set[Place] = set()
        # Rules that steps bring, by table and name: a later step may validate one.
        self._brought: dict[tuple[Place, str], Rule] = {}

    def begin_revision(self) -> None:
        """Forget which tables the last revision has copied."""
        self._copied.clear()

    def quick(self, step: Step) -> None:
        """Give *step* the range of one that has to do with no rows."""
        step.take(_COSTS.step)

    def of_rows(
        self,
        step: Step,
        operation: MigrateOperation,
        footprint: Footprint,
        place: Place,
        rules: Sequence[Rule],
        context: MigrationContext,
    ) -> None:
        """Give *step*, on a table that is there, its range and the disk that it needs."""
        rules = self._with_brought(operation, place, rules)
        columns = self._look.columns(place) or {}
        found = costs.work_of(self._look.connection, plain_of(operation), columns)
        work = found or footprint.work_on_rows
        step.work = work.value
        size = self._look.size(place)
        if work is Work.NOTHING or size.rows is None:
            if work is Work.NOTHING:
                self.quick(step)
            return
        step.scanned_bytes = size.heap or size.bytes
        took: Range | None = _NO_TIME
        if work is Work.FILL and isinstance(operation, Backfill):
            took = self._fill(step, operation, place, context)
        elif work is Work.INDEX:
            took = self._index(step, looked_at(plain_of(operation), rules, context), place)
        elif work is Work.COPY:
            took = self._copy(step, place)
        else:
            took = self._scan(looked_at(plain_of(operation), rules, context), place)
            for rule in rules:
                if took is not None and rule.refers_to is not None:
                    parent = self._scan((), self._ahead.place(*rule.refers_to))
                    took = took.plus(parent or _NO_TIME)
        if size.rows <= SMALL:
            took = _NO_TIME
        if took is not None:
            step.take(took.plus(_COSTS.step))

    def _with_brought(
        self, operation: MigrateOperation, place: Place, rules: Sequence[Rule]
    ) -> Sequence[Rule]:
        """Return *rules*, which are remembered; without any, the one that a step before has brought."""
        for rule in rules:
            if name := getattr(rule, "name", None):
                self._brought[place, name] = rule
        name = getattr(operation, "constraint_name", None)
        brought = self._brought.get((place, str(name)))
        return rules or ([] if brought is None else [brought])

    def _scan(self, values: tuple[str, ...], place: Place) -> Range | None:
        sample = self._read(place, values)
        rows = self._look.size(place).rows
        if sample is None or rows is None:
            return None
        return _COSTS.work[Work.SCAN].times(sample.seconds_a_row * rows)

    def _index(self, step: Step, values: tuple[str, ...], place: Place) -> Range | None:
        rows = self._look.size(place).rows or 0
        key = tuple(self._look.key(place)) or ("1",)
        seen = self._measure.read(place, values, is_sorted=True) if values else None
        sample = seen or self._measure.read(place, key, is_sorted=True)
        width = seen.bytes if seen else _UNSEEN
        entry = width + _COSTS.entry_bytes
        step.disk_bytes = round(rows * entry / _COSTS.filled)
        if sample is None:
            return None
        grows = math.log2(max(rows, 2)) / math.log2(max(sample.rows, 2))
        whole = sample.seconds_a_row * rows * max(grows, 1)
        return _COSTS.work[Work.INDEX].times(whole)

    def _copy(self, step: Step, place: Place) -> Range | None:
        size = self._look.size(place)
        step.rewritten_bytes = step.disk_bytes = size.bytes
        took = self._written(Work.COPY, place, size.rows or 0)
        if took is not None and place in self._copied and _COSTS.copies_once:
            took = Range(0.0, took.high)
        self._copied.add(place)
        return took

    def _fill(
        self, step: Step, operation: Backfill, place: Place, context: MigrationContext
    ) -> Range | None:
        rows = self._look.size(place).rows or 0
        asked = operation.reads(context)
        if asked is None or self._ahead.is_backfilled(place, operation.column_name):
            return self._scan((), place)
        value, where = asked
        there = self._look.columns(place) or {}
        added = {n: type_ for n, type_ in self._ahead.added(place).items() if n not in there}
        known: dict[str, Any] = {n: type_ for n, type_ in added.items() if type_ is not None}
        seen = self._measure.read(place, (value,), where=where, added=known)
        sample = seen or self._measure.read(place, ("1",))
        if sample is None:
            return None
        share = seen.chosen / seen.rows if seen else 1.0
        heap = step.scanned_bytes or 0
        step.rewritten_bytes = round(heap * share)
        leaves = _COSTS.leaves_versions
        step.disk_bytes = round(heap * share if leaves else rows * share * sample.bytes)
        read = _COSTS.work[Work.SCAN].times(sample.seconds_a_row * rows)
        written = self._written(Work.FILL, place, rows * share)
        return None if written is None else read.plus(written)

    def _written(self, work: Work, place: Place, rows: float) -> Range | None:
        """Return how long it takes to write so many rows of the table, and its indexes."""
        plain = self._measure.read(place, ("1",))
        if plain is None:
            return None
        each = _COSTS.for_each_index[work].times(self._look.indexes(place))
        return _COSTS.work[work].plus(each).times(plain.seconds_a_row * rows)

    def _read(self, place: Place, values: tuple[str, ...]) -> Sample | None:
        """Return a sample of *values*; of the rows alone where they cannot be read yet."""
        found = self._measure.read(place, values) if values else None
        return found or self._measure.read(place, ("1",))
