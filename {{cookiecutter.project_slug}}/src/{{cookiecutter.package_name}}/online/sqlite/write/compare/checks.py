"""CHECK constraints, by their text: SQLite keeps it as it was written.

A migration writes what the model says.
"""

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import CheckConstraint, Table

from ....internals import comes_with_type
from ....write.compare.checks import add_differences, text_of
from ....write.compare.comparator import compares_tables
from ...operations.rebuild import definition_of
from ...operations.tokens import parenthesis, plain


@compares_tables
def compare_checks(
    context: AutogenContext, changes: ops.ModifyTableOps, inspected: Table, table: Table
) -> None:
    """Add to *changes* the CHECK constraints that come, go, or say something else."""
    assert context.connection is not None
    definition = definition_of(context.connection, changes.table_name)
    inside = [clause for column in definition.columns for clause in column.clauses]
    stored = {
        clause.name: parenthesis(clause.text)
        for clause in [*definition.rules, *inside]
        if clause.kind == "CHECK" and clause.name
    }

    def differs(name: str, check: CheckConstraint) -> bool:
        return plain(text_of(check, context.dialect)) != plain(stored[name])

    def is_compared(check: CheckConstraint) -> bool:
        """Leave out the rule of the type (an enum's labels) of a column yet to be added."""
        new = any(column.name not in inspected.columns for column in check.columns)
        return not (new and comes_with_type(check))

    add_differences(
        context, changes, inspected, table, stored, differs=differs, is_compared=is_compared
    )
