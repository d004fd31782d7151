"""One step of a plan after the other: what it locks and scans, and why it would not end."""

from collections.abc import Iterable

from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext
from alembic.script import Script

from ...database import catalog
from ...operations.backfill import Backfill
from ...operations.foresight.footprint import Footprint, Work
from ...operations.operation import Operation
from ...session.errors import DatabaseError
from . import bystanders
from .ahead import Ahead
from .estimate import Estimator
from .foreseen import footprint_of, line_of_value, rules_for
from .look import Look, Unanswered
from .named import Place, place_of, plain_of, title
from .objects import faults
from .plan import Hindrance, Step
from .recording import Recorded
from .rights import needs
from .rows import Rows


class Judge:
    """Judges the steps of a plan in their order; a right that lacks is told once."""

    def __init__(self, look: Look, *, is_brief: bool) -> None:
        """Ask by *look*; of what has no part in whether it ends, nothing where *is_brief*."""
        self._look = look
        self._is_brief = is_brief
        self._ahead = Ahead(look.connection.dialect.default_schema_name)
        self._rows = Rows(look, self._ahead)
        self._estimator = Estimator(look, self._ahead)
        self._told: set[str] = set()

    def begin_revision(self) -> None:
        """Expect the steps of another revision."""
        self._estimator.begin_revision()

    def step(self, recorded: Recorded, context: MigrationContext, script: Script) -> Step:
        """Return what is known of the next step, an operation of the revision *script*."""
        operation, line = recorded
        step = Step(title(operation), line_of_value(operation, script) or line)
        found = place_of(operation)
        columns = self._look.columns(self._ahead.place(*found)) if found else None
        footprint = footprint_of(operation, self._look, columns or {})
        if footprint is not None:
            step.lock, step.scans = footprint.lock, footprint.scans or None
            step.waits_for = footprint.waits_for or None
            if footprint.work_on_rows is Work.NOTHING:
                self._estimator.quick(step)
        if found is None:
            self._of_no_table(operation, step)
        else:
            self._of_table(operation, self._ahead.place(*found), step, context, footprint)
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
        self,
        operation: MigrateOperation,
        place: Place,
        step: Step,
        context: MigrationContext,
        footprint: Footprint | None,
    ) -> None:
        step.table = ".".join(part for part in place if part)
        if self._ahead.creates(place):
            step.lock, step.scans, step.waits_for = "none on a table in use", None, None
            self._estimator.quick(step)
            return
        there = not self._ahead.drops(place) and self._look.columns(place) is not None
        if there:
            step.rows, step.bytes, _ = self._look.size(place)
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
        rules = list(rules_for(operation, context, self._look))
        for rule in rules:
            self._rows.judge(rule, place, step)
        if footprint is None:
            return  # Only who wrote it knows.
        self._estimator.of_rows(step, operation, footprint, place, rules, context)
        if not self._is_brief:
            others = [self._ahead.place(*rule.refers_to) for rule in rules if rule.refers_to]
            bystanders.holders(self._look.connection, step, footprint, [place, *others])

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
