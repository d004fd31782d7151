"""CHECK constraints, which stock autogenerate does not compare: by name, then by their text.

SQLite keeps the text as it was written, and a migration writes what the model says.
"""

from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.util import PriorityDispatchResult
from sqlalchemy import CheckConstraint, Table
from sqlalchemy.sql.elements import conv

from ....internals import comes_with_type, name_by_convention
from ....write.tables import checks_of_columns
from ...operations.definition import Clause
from ...operations.rebuild import definition_of
from ...operations.tokens import parenthesis, plain


def compare_checks(
    context: AutogenContext,
    changes: ops.ModifyTableOps,
    schema: str | None,
    table_name: str,
    inspected: Table | None,
    table: Table | None,
) -> PriorityDispatchResult:
    """Add to *changes* the CHECK constraints that come, go, or say something else."""
    if inspected is None or table is None:
        return PriorityDispatchResult.CONTINUE
    assert context.connection is not None
    definition = definition_of(context.connection, table_name)
    inside = [clause for column in definition.columns for clause in column.clauses]
    theirs = {c.name: c for c in [*definition.rules, *inside] if c.kind == "CHECK" and c.name}
    ours = {_name(check, context): check for check in _checks(table)}
    for gone in sorted(theirs.keys() - ours.keys()):
        _drop(context, changes, theirs[gone], inspected)
    for name in sorted(name for name in ours if name):
        check = ours[name]
        if _comes_with_column(check, inspected):
            continue
        if name not in theirs:
            _create(context, changes, check)
        elif _meaning(check, context) != plain(parenthesis(theirs[name].text)):
            _drop(context, changes, theirs[name], inspected)
            _create(context, changes, check)
    return PriorityDispatchResult.CONTINUE


def _checks(table: Table) -> list[CheckConstraint]:
    own = [item for item in table.constraints if isinstance(item, CheckConstraint)]
    return own + checks_of_columns(table)


def _comes_with_column(check: CheckConstraint, inspected: Table) -> bool:
    """Tell whether the rule is that of the type (an enum's labels) of a column yet to be added."""
    new = any(column.name not in inspected.columns for column in check.columns)
    return new and comes_with_type(check)


def _name(check: CheckConstraint, context: AutogenContext) -> str:
    return name_by_convention(context.dialect, check) or ""


def _meaning(check: CheckConstraint, context: AutogenContext) -> str:
    rule: Any = check.sqltext.compile(
        dialect=context.dialect, compile_kwargs={"literal_binds": True, "include_table": False}
    )
    return plain(str(rule))


def _drop(
    context: AutogenContext, changes: ops.ModifyTableOps, clause: Clause, table: Table
) -> None:
    name = conv(str(clause.name))
    check = CheckConstraint(parenthesis(clause.text), name=name, table=table)
    if context.run_object_filters(check, str(name), "check_constraint", True, None):
        changes.ops.append(ops.DropConstraintOp.from_constraint(check))


def _create(context: AutogenContext, changes: ops.ModifyTableOps, check: CheckConstraint) -> None:
    if context.run_object_filters(check, str(check.name), "check_constraint", False, None):
        changes.ops.append(ops.CreateCheckConstraintOp.from_constraint(check))
