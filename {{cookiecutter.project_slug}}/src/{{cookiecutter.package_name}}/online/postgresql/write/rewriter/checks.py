"""CHECK constraints on tables in use; one that changes is never absent (``changed_checks.py``)."""

import re

from sqlalchemy.sql.elements import conv

from ....operations.colons import with_colons_escaped
from ....operations.naming import final_name, shortened
from ....phase import CONTRACT, EXPAND, Phase, in_phase
from ....write.change import Change, key_of, undone_by
from ....write.rewriter import changed_checks
from ....write.rewriter.changed_checks import Check
from ....write.rewriter.constraints import phase_of_constraint
from ....write.rewriter.writer import Operations, writer
from ...operations.constraints import CreateCheckConstraintNotValid, ValidateConstraint
from ...operations.rule_swap import SwapConstraint
from ..in_lists import as_list


@writer.makes_safe(Check)
def create_check(change: Change, operation: Check) -> Operations:
    """Add the rule NOT VALID, then validate it, each in a transaction of its own."""
    name = final_name(change.context, operation)
    old = changed_checks.old_of(change, operation)
    if old is not None:
        return _swapped(change, operation, way_back(old), name)
    phase = phase_of_constraint(change, operation, _columns_in(change, operation))
    validate = ValidateConstraint(name, operation.table_name, schema=operation.schema)
    added = CreateCheckConstraintNotValid.like(operation)
    return [in_phase(phase, added), in_phase(phase, validate)]


def way_back(check: Check) -> Check:
    """Return a reflected *check* as PostgreSQL reads it to what it has written down."""
    check.condition = with_colons_escaped(as_list(str(check.condition)))
    return check


def _swapped(change: Change, new: Check, old: Check, name: str) -> Operations:
    """Let both rules be good from expand to contract; the name stays where it is."""
    schema, table = key_of(new)
    passing = shortened(f"{name}_new")
    either = changed_checks.either(change, old, new)
    both = Check(conv(passing), table, either, schema=schema)

    def made(check: Check) -> Operations:
        """Return what puts *check* in the place of the rule that has the name."""
        return [
            CreateCheckConstraintNotValid.like(check, constraint_name=conv(passing)),
            ValidateConstraint(passing, table, schema=schema),
            SwapConstraint(table, passing, name, schema=schema),
        ]

    steps: Operations = []
    changes: list[tuple[Phase, Check, Check]] = [(EXPAND, both, old), (CONTRACT, new, both)]
    for phase, there, back in changes:
        *parts, swap = made(there)
        # All of the way back is the swap's: this rule goes when the one before it is there again.
        undone_by(swap, *made(back))
        steps += [in_phase(phase, step) for step in (*map(undone_by, parts), swap)]
    return steps


def _columns_in(change: Change, operation: Check) -> list[str]:
    """Return the new columns that the rule names, or none where it names others as well."""
    words = set(re.findall(r"\w+", str(operation.condition)))
    table = change.model(key_of(operation))
    named = words & {column.name for column in (table.columns if table is not None else ())}
    new = {name for key, name in change.added if key == key_of(operation)}
    return sorted(named) if named <= new else []
