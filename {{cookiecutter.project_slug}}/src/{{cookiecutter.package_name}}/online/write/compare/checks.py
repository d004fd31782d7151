"""CHECK constraints, which stock autogenerate does not compare: by name, then by meaning."""

from collections.abc import Callable, Mapping
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import CheckConstraint, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import conv

from ...internals import comes_with_type, name_by_convention
from ...operations.colons import with_colons_escaped
from ..plain_rule import plain_rule
from ..tables import checks_of_columns


def _stands_alone(check: CheckConstraint) -> bool:
    """Tell whether the rule is its author's, not that of an enum's or a boolean's type."""
    return not comes_with_type(check)


def add_differences(
    context: AutogenContext,
    changes: ops.ModifyTableOps,
    inspected: Table,
    table: Table,
    stored: Mapping[str, str],
    *,
    differs: Callable[[str, CheckConstraint], bool],
    is_compared: Callable[[CheckConstraint], bool] = _stands_alone,
) -> None:
    """Add to *changes* the rules that come, go, or mean something else.

    *stored* are the database's rules by name, as SQL; *differs* tells whether the rule of a name
    is another one than the model's. Rules of the model that are not compared only keep their
    namesakes from being dropped.
    """
    declared = {name_by_convention(context.dialect, check): check for check in _checks(table)}
    compared = {name: check for name, check in declared.items() if name and is_compared(check)}
    for gone in sorted(stored.keys() - declared.keys()):
        _drop(context, changes, gone, stored[gone], inspected)
    for both in sorted(stored.keys() & compared.keys()):
        if differs(both, compared[both]):
            _drop(context, changes, both, stored[both], inspected)
            _create(context, changes, compared[both])
    for new in sorted(compared.keys() - stored.keys()):
        _create(context, changes, compared[new])


def text_of(check: CheckConstraint, dialect: Dialect) -> str:
    """Return the model's rule as SQL, as it stands in a CREATE TABLE."""
    rule: Any = check.sqltext.compile(
        dialect=dialect, compile_kwargs={"literal_binds": True, "include_table": False}
    )
    return str(rule)


def _checks(table: Table) -> list[CheckConstraint]:
    own = [item for item in table.constraints if isinstance(item, CheckConstraint)]
    return own + checks_of_columns(table)


def _drop(
    context: AutogenContext, changes: ops.ModifyTableOps, name: str, rule: str, inspected: Table
) -> None:
    check = CheckConstraint(with_colons_escaped(rule), name=conv(name), table=inspected)
    if context.run_object_filters(check, name, "check_constraint", True, None):
        changes.ops.append(ops.DropConstraintOp.from_constraint(check))


def _create(context: AutogenContext, changes: ops.ModifyTableOps, check: CheckConstraint) -> None:
    if context.run_object_filters(check, str(check.name), "check_constraint", False, None):
        named = name_by_convention(context.dialect, check)
        if check.columns and named:
            # Else whoever asks the operation for its rule adds one more to the model's table.
            plain = plain_rule(check, named, context.dialect)
            plain.dialect_kwargs.update(check.dialect_kwargs)
            check = plain
        changes.ops.append(ops.CreateCheckConstraintOp.from_constraint(check))
