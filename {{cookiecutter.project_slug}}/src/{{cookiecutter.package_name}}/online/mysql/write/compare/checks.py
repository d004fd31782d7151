"""CHECK constraints, which stock autogenerate does not compare: by name, then by meaning.

Whether two expressions mean the same is asked of the server: both are read as SHOW CREATE TABLE
writes them down, the model's from an unused copy of the table.
"""

import re
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.util import PriorityDispatchResult
from sqlalchemy import CheckConstraint, Connection, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import conv

from ....internals import comes_with_type, name_by_convention
from ....write.tables import checks_of_columns

_PROBE = "alembic_check_probe"
_NAME = "probe"
# A line of SHOW CREATE TABLE. MariaDB's rule on JSON stands inside its column, not here.
_LINE = re.compile(r"^\s*CONSTRAINT `((?:[^`]|``)+)` CHECK (\(.*\)),?$", re.M)


def compare_checks(
    context: AutogenContext,
    changes: ops.ModifyTableOps,
    schema: str | None,
    table_name: str,
    inspected: Table | None,
    table: Table | None,
) -> PriorityDispatchResult:
    """Add to *changes* the CHECK constraints that come, go, or mean something else."""
    if inspected is None or table is None:
        return PriorityDispatchResult.CONTINUE
    connection = context.connection
    assert connection is not None
    name = connection.dialect.identifier_preparer.format_table(inspected)
    theirs = _definitions(connection, name)
    ours = {_name(check, context): check for check in _checks(table)}
    theirs_alone = theirs.keys() - ours.keys()
    ours = {name: check for name, check in ours.items() if not _comes_with_type(check)}
    for gone in sorted(theirs_alone):
        _drop(context, changes, _reflected(inspected, gone, theirs[gone]))
    for both in sorted(theirs.keys() & ours.keys()):
        if _meaning(connection, name, ours[both]) != theirs[both]:
            _drop(context, changes, _reflected(inspected, both, theirs[both]))
            _create(context, changes, ours[both])
    for new in sorted(name for name in ours.keys() - theirs.keys() if name):
        _create(context, changes, ours[new])
    return PriorityDispatchResult.CONTINUE


def _checks(table: Table) -> list[CheckConstraint]:
    own = [item for item in table.constraints if isinstance(item, CheckConstraint)]
    return own + checks_of_columns(table)


def _comes_with_type(check: CheckConstraint) -> bool:
    """Tell whether the rule is an enum's or a boolean's without a type of the server's."""
    return comes_with_type(check)


def _reflected(table: Table, name: str, definition: str) -> CheckConstraint:
    return CheckConstraint(definition[1:-1], name=conv(name), table=table)


def _name(check: CheckConstraint, context: AutogenContext) -> str:
    return name_by_convention(context.dialect, check) or ""


def _drop(context: AutogenContext, changes: ops.ModifyTableOps, check: CheckConstraint) -> None:
    if context.run_object_filters(check, str(check.name), "check_constraint", True, None):
        changes.ops.append(ops.DropConstraintOp.from_constraint(check))


def _create(context: AutogenContext, changes: ops.ModifyTableOps, check: CheckConstraint) -> None:
    if context.run_object_filters(check, str(check.name), "check_constraint", False, None):
        changes.ops.append(ops.CreateCheckConstraintOp.from_constraint(check))


def _meaning(connection: Connection, table: str, check: CheckConstraint) -> str | None:
    """Return the rule as the server writes it down, or None where the table cannot bear it yet."""
    rule: Any = check.sqltext.compile(
        dialect=connection.dialect,
        compile_kwargs={"literal_binds": True, "include_table": False},
    )
    # Not LIKE: a temporary table cannot have a FULLTEXT index.
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_PROBE} SELECT * FROM {table} LIMIT 0")
    try:
        connection.exec_driver_sql(f"ALTER TABLE {_PROBE} ADD CONSTRAINT {_NAME} CHECK ({rule})")
        return _definitions(connection, _PROBE).get(_NAME)
    except DBAPIError:
        return None
    finally:
        connection.exec_driver_sql(f"DROP TEMPORARY TABLE {_PROBE}")


def _definitions(connection: Connection, table: str) -> dict[str, str]:
    text = connection.exec_driver_sql(f"SHOW CREATE TABLE {table}").one()[1]
    return {name.replace("``", "`"): rule for name, rule in _LINE.findall(text)}
