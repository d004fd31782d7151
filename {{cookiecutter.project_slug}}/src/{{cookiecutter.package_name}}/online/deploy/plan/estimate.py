"""How long a step takes, and how much disk it needs: from samples of its table and the catalogue."""

import math
from collections.abc import Sequence
from typing import Any

from alembic.operations import MigrateOperation
from alembic.runtime.migration import MigrationContext

from ...operations.backfill import Backfill
from ...operations.batches import FIRST_BATCH
from ...operations.foresight.footprint import Footprint, Work
from ...operations.foresight.looked_at import held_rows, is_sorted, looked_at
from ...operations.foresight.rules import Rule
from .ahead import Ahead
from .durations import COSTS, Durations
from .look import Look
from .measure import SMALL
from .named import Place, plain_of
from .plan import Step
from .ranges import Range

# Bytes of a value that nobody can see yet.
_UNSEEN = 16.0
# Seconds that a batch takes beside its rows: its questions, and its commit.
_BATCH = Range(0.001, 0.05)
_NO_TIME = Range(0.0, 0.0)


class Estimator:
    """Gives steps their ranges; *ahead* is what the steps so far change."""

    def __init__(self, look: Look, ahead: Ahead) -> None:
        """Ask by *look*."""
        self._look = look
        self._ahead = ahead
        self._durations = Durations(look)
        self._copied: set[Place] = set()
        # Rules that steps bring, by table and name: a later step may validate one.
        self._brought: dict[tuple[Place, str], Rule] = {}

    def begin_revision(self) -> None:
        """Forget which tables the last revision has copied."""
        self._copied.clear()

    def quick(self, step: Step) -> None:
        """Give *step* the range of one that has to do with no rows."""
        step.take(COSTS.step)

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
        plain, work = plain_of(operation), footprint.work_on_rows
        step.work = work.value
        if work is Work.NOTHING:
            return self.quick(step)
        size = self._look.size(place)
        step.scanned_bytes = size.bytes if size.heap is None else size.heap
        took: Range | None
        if isinstance(operation, Backfill):
            took = self._fill(step, operation, place, context)
        elif work is Work.INDEX:
            values = looked_at(plain, rules, context) if is_sorted(plain, context) else ()
            took = self._index(step, values, held_rows(plain, context), place)
        elif work is Work.COPY:
            took = self._copy(step, place)
        else:
            took = self._scan(looked_at(plain, rules, context), rules, place)
        if size.rows is None:
            took = None
        elif size.rows <= SMALL:
            took = _NO_TIME
        return step.take(None if took is None else took.plus(COSTS.step))

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

    def _scan(self, values: tuple[str, ...], rules: Sequence[Rule], place: Place) -> Range | None:
        took = self._durations.reading(place, values)
        for rule in rules:
            if took is not None and rule.refers_to is not None:
                parent = self._durations.reading(self._ahead.place(*rule.refers_to), ())
                took = took.plus(parent or _NO_TIME)
        return took

    def _index(
        self, step: Step, values: tuple[str, ...], held: str | None, place: Place
    ) -> Range | None:
        if not values:
            return None
        read = self._durations.measure.read
        seen = read(place, values, is_sorted=True)
        sample = seen or read(place, tuple(self._look.key(place)) or ("1",), is_sorted=True)
        some = read(place, ("1",), where=held) if held else None
        rows = self._durations.rows(place) * (some.chosen / some.rows if some else 1.0)
        entry = (seen.bytes if seen else _UNSEEN) + COSTS.entry_bytes
        step.disk_bytes = round(rows * entry / COSTS.filled)
        if sample is None:
            return None
        scan = self._durations.reading(place, ()) if held else None
        return self._durations.sorting(sample, rows).plus(scan or _NO_TIME)

    def _copy(self, step: Step, place: Place) -> Range | None:
        step.rewritten_bytes = step.disk_bytes = self._look.size(place).bytes
        took = self._durations.writing(Work.COPY, place, self._durations.rows(place))
        if took is not None and place in self._copied and COSTS.copies_once:
            took = Range(0.0, took.high)
        self._copied.add(place)
        return took

    def _fill(
        self, step: Step, operation: Backfill, place: Place, context: MigrationContext
    ) -> Range | None:
        durations, rows = self._durations, self._durations.rows(place)
        asked = operation.reads(context)
        if asked is None or self._ahead.is_backfilled(place, operation.column_name):
            return durations.reading(place, ())
        there = self._look.columns(place) or {}
        added = {n: type_ for n, type_ in self._ahead.added(place).items() if n not in there}
        known: dict[str, Any] = {n: type_ for n, type_ in added.items() if type_ is not None}
        value, where = asked
        seen = durations.measure.read(place, (value,), where=where, added=known)
        sample = seen or durations.plain(place)
        if sample is None:
            return None
        chosen = rows * (seen.chosen / seen.rows if seen else 1.0)
        anew = round((step.scanned_bytes or 0) * chosen / max(rows, 1))
        step.rewritten_bytes = anew
        step.disk_bytes = anew if COSTS.leaves_versions else round(chosen * sample.bytes)
        written = durations.writing(Work.FILL, place, chosen)
        if written is None:
            return None
        took = durations.of_sample(place, sample).plus(written)
        # Batches are doubled until one takes as long as it is meant to.
        fewest = math.log2(rows / FIRST_BATCH + 1)
        most = fewest + took.high / operation.batch_seconds
        pauses = Range(fewest, most).times(operation.pause)
        return took.plus(pauses).plus(_BATCH.times(fewest))
