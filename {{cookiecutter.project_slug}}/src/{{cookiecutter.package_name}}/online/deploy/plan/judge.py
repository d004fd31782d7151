"""One step of a plan after the other: what it locks and scans, and why it would not end."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext
from alembic.script import Script

from ...database import catalog, footprints
from ...operations.backfill import Backfill
from ...operations.foresight.footprint import Footprint
from ...operations.foresight.of_alembic import rules_of
from ...operations.foresight.rules import Rule
from ...operations.operation import Operation
from ...session.errors import DatabaseError
from ..guard import unset_backfills
from .ahead import Ahead
from .look import Look, Unanswered
from .named import Place, place_of, plain_of, title
from .objects import faults
from .plan import Hindrance, Step
from .recording import Recorded
from .rights import needs
from .rows import Rows


class Judge:
    """Judges the steps of a plan in their order; a right that lacks is told once."""

    def __init__(self, look: Look) -> None:
        """Ask by *look*."""
        self._look = look
        self._ahead = Ahead(look.connection.dialect.default_schema_name)
        self._rows = Rows(look, self._ahead)
        self._told: set[str] = set()

    def step(self, recorded: Recorded, context: MigrationContext, script: Script) -> Step:
        """Return what is known of the next step, an operation of the revision *script*."""
        operation, line = recorded
        step = Step(title(operation), _line_of_value(operation, script) or line)
        if (footprint := _footprint(operation)) is not None:
            step.lock, step.scans = footprint.lock, footprint.scans or None
        found = place_of(operation)
        if found is None:
            self._of_no_table(operation, step)
        else:
            self._of_table(operation, self._ahead.place(*found), step, context)
        if not (isinstance(operation, ops.CreateTableOp) and step.rows is not None):
            # One that is there already is passed over.
            self._ahead.take(operation, line)
        return step

    def _of_no_table(self, operation: MigrateOperation, step: Step) -> None:
        if isinstance(operation, Operation):
            self._say(step, operation.hindrances(self._look.connection))
        elif isinstance(operation, ops.ExecuteSQLOp):
            step.notes.append("SQL of the revision's own: what it does is not known")

    def _of_table(
        self, operation: MigrateOperation, place: Place, step: Step, context: MigrationContext
    ) -> None:
        step.table = ".".join(part for part in place if part)
        if self._ahead.creates(place):
            step.lock, step.scans = "none on a table in use", None
            return
        there = not self._ahead.drops(place) and self._look.columns(place) is not None
        if there:
            step.rows, step.bytes = self._look.size(place)
        self._rights(operation, step, there)
        cause = self._ahead.cause(place)
        missing = list(faults(operation, place, self._look, self._ahead))
        self._say(step, missing, after=cause)
        if missing or not there:
            return
        resting = catalog.in_the_way(self._look.connection, plain_of(operation))
        self._say(step, resting, after=self._ahead.own_sql())
        if isinstance(operation, Operation):
            self._say(step, operation.hindrances(self._look.connection), after=cause)
        if isinstance(operation, Backfill):
            self._backfill(operation, place, step, context)
        for rule in _rules(operation, context, self._look):
            self._rows.judge(rule, place, step)

    def _rights(self, operation: MigrateOperation, step: Step, there: bool) -> None:
        for need, found in needs(operation):
            place = self._ahead.place(*found)
            if self._ahead.creates(place) or self._ahead.renames_to(place):
                continue
            lacks = catalog.lacks(self._look.connection, need, *place)
            if lacks and lacks not in self._told:
                self._told.add(lacks)
                self._say(step, [lacks], after=self._ahead.own_sql())

    def _backfill(
        self, operation: Backfill, place: Place, step: Step, context: MigrationContext
    ) -> None:
        if (hidden := catalog.hides_rows(self._look.connection, *place)) is not None:
            told = f"The backfill would pass over rows. {hidden}"
            self._say(step, [told], after=self._ahead.own_sql())
        # Where an earlier run was cut off, a column of the step is there already.
        there = self._look.columns(place) or {}
        added = {n: type_ for n, type_ in self._ahead.added(place).items() if n not in there}
        types = {name: type_ for name, type_ in added.items() if type_ is not None}
        try:
            trial = operation.trial(context, types)
            if trial is None or len(types) < len(added):
                return
            self._look.ask(trial)
        except DatabaseError as error:
            self._say(step, [str(error)])
        except Unanswered as why:
            if why.is_refused and not self._ahead.makes_objects:
                told = (
                    f"The value of {place[1]}.{operation.column_name} cannot be read: {why}. Mend "
                    "value=… of the backfill: it is an SQL expression, in which text stands in "
                    "apostrophes"
                )
                step.hindrances.append(Hindrance(told, place[1], (operation.column_name,)))
            elif why.is_refused:
                step.notes.append(f"The value is known only after the steps before ({why})")

    @staticmethod
    def _say(step: Step, sentences: Iterable[str], *, after: str | None = None) -> None:
        """Give *step* these reasons; what a step before may change, *after*, is only noted."""
        if after is None:
            step.hindrances += [Hindrance(sentence, step.table) for sentence in sentences]
        else:
            step.notes += [f"{one} (now: known only after {after})" for one in sentences]


def _line_of_value(operation: MigrateOperation, script: Script) -> int | None:
    """Return the line on which the author has to write the value of a backfill."""
    if not isinstance(operation, Backfill) or operation.value is not ...:
        return None
    place = (operation.schema, operation.table_name, operation.column_name)
    unset = unset_backfills(Path(script.path).read_text(encoding="utf-8"))
    return next((one.line for one in unset if one[:3] == place), None)


def _footprint(operation: MigrateOperation) -> Footprint | None:
    if isinstance(operation, Operation):
        return operation.footprint
    if isinstance(operation, ops.AlterColumnOp):
        found: Footprint = footprints.of_change(operation)
        return found
    return footprints.FOOTPRINTS.get(type(operation))


def _rules(operation: MigrateOperation, context: MigrationContext, look: Look) -> Iterator[Rule]:
    if isinstance(operation, ops.AddColumnOp) and catalog.FILLS_NEW_COLUMNS:
        return
    if not isinstance(operation, Operation):
        yield from rules_of(operation, context)
        return
    try:
        yield from operation.rules(context, look.connection)
    except DatabaseError:
        return  # A value that is nowhere: its own step says so when it runs.
