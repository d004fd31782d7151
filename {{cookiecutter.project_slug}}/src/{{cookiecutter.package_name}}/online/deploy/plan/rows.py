"""Whether rows break a rule: asked now, or known only after a step before."""

from ...database import catalog
from ...operations.foresight.rules import Filled, Fits, Holds, Refers, Rule, Unique, Valued
from .ahead import Ahead
from .look import Look, Unanswered
from .named import Place
from .plan import Hindrance, Step


class Rows:
    """Judges rules by the rows there are, and by what steps before will have made of them."""

    def __init__(self, look: Look, ahead: Ahead) -> None:
        """Ask by *look*; *ahead* is what the steps so far change."""
        self._look = look
        self._ahead = ahead

    def judge(self, rule: Rule, place: Place, step: Step) -> None:
        """Give *step* the reason, or the note, that *rule* on the table at *place* is worth."""
        ahead = self._ahead
        if isinstance(rule, Valued) and ahead.fills(place, rule.columns[0]):
            return  # The same value as in an earlier step, which has told of it.
        there = self._look.columns(place) or {}
        added = [n for n in rule.columns if n in ahead.added(place) and n not in there]
        is_empty = bool(added) and not any(ahead.fills(place, name) for name in added)
        if is_empty and isinstance(rule, Unique | Refers | Fits):
            return  # Each row holds NULL there.
        cause = self._cause(rule, place)
        if is_empty and isinstance(rule, Filled) and ahead.cause(place) is None:
            why = f"which hold nothing in {place[1]}.{added[0]} when it is to be NOT NULL"
            rule, cause = Valued(rule.schema, rule.table, rule.columns, why), None
        if cause is not None:
            step.notes.append(f"Whether rows break it is known only after {cause}")
        elif (missing := self._missing(rule, place)) is not None:
            step.hindrances.append(Hindrance(missing, place[1], rule.columns))
        else:
            self._ask(rule, place, step)

    def _cause(self, rule: Rule, place: Place) -> str | None:
        """Return the step before that may change the answer; None where none does."""
        ahead = self._ahead
        cause = ahead.cause(place, () if isinstance(rule, Valued) else rule.columns)
        if cause is not None or rule.refers_to is None:
            return cause
        parent = ahead.place(*rule.refers_to)
        is_new = ahead.creates(parent) or ahead.renames_to(parent)
        return f"{parent[1]} is made" if is_new else ahead.cause(parent)

    def _missing(self, rule: Rule, place: Place) -> str | None:
        """Return the sentence on a column, or another table, that the rule names in vain."""
        if not isinstance(rule, Unique | Refers):
            return None
        columns = self._look.columns(place) or {}
        for name in rule.columns:
            if name not in columns and name not in self._ahead.added(place):
                return f"There is no column {place[1]}.{name}"
        if rule.refers_to is not None:
            parent = self._ahead.place(*rule.refers_to)
            if self._look.columns(parent) is None:
                return f"There is no table {parent[1]}"
        return None

    def _ask(self, rule: Rule, place: Place, step: Step) -> None:
        try:
            found = self._look.rows(rule, place)
        except Unanswered as why:
            self._unanswered(rule, place, step, why)
            return
        if found.how_many:
            told = rule.told(f"{found.how_many} rows")
            rows = (found.how_many, found.query, found.examples)
            step.hindrances.append(Hindrance(told, place[1], rule.columns, *rows))
        elif hidden := catalog.hides_rows(self._look.connection, *place):
            step.notes.append(f"Not all rows were seen. {hidden}")

    def _unanswered(self, rule: Rule, place: Place, step: Step, why: Unanswered) -> None:
        if not why.is_refused:
            step.notes.append(f"Rows of {place[1]} that break it {why}")
        elif isinstance(rule, Holds) and not any(
            name in rule.condition for name in self._ahead.added(place)
        ):
            told = f"The database does not take the check {rule.name} of {place[1]}: {why}"
            step.hindrances.append(Hindrance(told, place[1]))
        else:
            step.notes.append(f"Rows of {place[1]} that break it cannot be looked for: {why}")
