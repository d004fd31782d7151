"""CHECK constraints, which stock autogenerate does not compare: by name, then by meaning.

Whether two expressions mean the same is asked of PostgreSQL: both are deparsed from the table,
the model's from an unused copy of it.
"""

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.util import PriorityDispatchResult
from sqlalchemy import CheckConstraint, Connection, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import conv

from ....internals import comes_with_type, name_by_convention
from ....write.tables import checks_of_columns

_PROBE = "alembic_check_probe"
_DEFINITIONS = sa.text(
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE contype = 'c' AND conrelid = to_regclass(:name)"
)


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
    theirs = {row[0]: row[1] for row in connection.execute(_DEFINITIONS, {"name": name})}
    ours = {_name(check, context): check for check in _checks(table)}
    theirs_alone = theirs.keys() - ours.keys()
    ours = {name: check for name, check in ours.items() if not _comes_with_type(check)}
    reflected = {
        found["name"]: CheckConstraint(
            found["sqltext"], name=conv(found["name"] or ""), table=inspected
        )
        for found in context.inspector.get_check_constraints(table_name, schema)
    }
    for gone in sorted(theirs_alone):
        if gone in reflected:
            _drop(context, changes, reflected[gone])
    for both in sorted(theirs.keys() & ours.keys()):
        meaning = _meaning(connection, name, ours[both])
        if meaning != _plain(theirs[both]) and both in reflected:
            _drop(context, changes, reflected[both])
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


def _name(check: CheckConstraint, context: AutogenContext) -> str:
    return name_by_convention(context.dialect, check) or ""


def _drop(context: AutogenContext, changes: ops.ModifyTableOps, check: CheckConstraint) -> None:
    if context.run_object_filters(check, str(check.name), "check_constraint", True, None):
        changes.ops.append(ops.DropConstraintOp.from_constraint(check))


def _create(context: AutogenContext, changes: ops.ModifyTableOps, check: CheckConstraint) -> None:
    if context.run_object_filters(check, str(check.name), "check_constraint", False, None):
        changes.ops.append(ops.CreateCheckConstraintOp.from_constraint(check))


def _meaning(connection: Connection, table: str, check: CheckConstraint) -> str | None:
    """Return the rule as PostgreSQL deparses it, or None where the table cannot bear it yet."""
    rule: Any = check.sqltext.compile(
        dialect=connection.dialect,
        compile_kwargs={"literal_binds": True, "include_table": False},
    )
    try:
        with connection.begin_nested() as savepoint:
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_PROBE} (LIKE {table})")
            connection.exec_driver_sql(f"ALTER TABLE {_PROBE} ADD CONSTRAINT probe CHECK ({rule})")
            found = connection.execute(_DEFINITIONS, {"name": f"pg_temp.{_PROBE}"}).first()
            savepoint.rollback()
            return None if found is None else _plain(found[1])
    except DBAPIError:
        return None


def _plain(definition: str) -> str:
    return definition.removesuffix(" NOT VALID")
