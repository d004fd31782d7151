"""From two definitions of one rule, which differ in its options, to the operation between them."""

from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from sqlalchemy import Connection
from sqlalchemy.sql.elements import conv

from ...internals import name_by_convention
from ...phase import CONTRACT, in_phase
from ...write.change import undone_by
from ..operations.replacing import ReplaceForeignKey, ReplaceUnique
from .probe import is_partitioned, is_referenced


def replaced(
    connection: Connection, table: sa.Table, name: str, new: str, old: str
) -> MigrateOperation | None:
    """Return what puts the rule *name* of the models' *table* in the place of the old one.

    None where another way has to be found: other tables rest on it, or it is on a partitioned one.
    """
    key = (table.schema, table.name)
    rules: Any = table.constraints
    wanted = next(
        (rule for rule in rules if name_by_convention(connection.dialect, rule) == name), None
    )
    if wanted is None or is_partitioned(connection, key) or is_referenced(connection, key, name):
        return None
    if isinstance(wanted, sa.UniqueConstraint):
        return in_phase(
            CONTRACT,
            ReplaceUnique(
                name,
                table.name,
                list(wanted.columns.keys()),
                **_options(new),
                old=_options(old),
                schema=table.schema,
            ),
        )
    created: Any = ops.AddConstraintOp.from_constraint(wanted)
    before = _reflected(connection, table, name)
    if before is None:
        return None
    step = ReplaceForeignKey.like(created, constraint_name=conv(name))
    back = ReplaceForeignKey.like(before, constraint_name=conv(name))
    return in_phase(CONTRACT, undone_by(step, back))


def _options(definition: str) -> dict[str, Any]:
    """Return the options of a unique rule as the arguments of ``op.replace_unique``."""
    include = definition.partition(" INCLUDE (")[2].partition(")")[0]
    found = {
        "deferrable": " DEFERRABLE" in definition or None,
        "initially": "DEFERRED" if " INITIALLY DEFERRED" in definition else None,
        "include": [column.strip().strip('"') for column in include.split(",")]
        if include
        else None,
        "nulls_not_distinct": " NULLS NOT DISTINCT" in definition,
    }
    return {option: value for option, value in found.items() if value}


def _reflected(connection: Connection, table: sa.Table, name: str) -> Any:
    there = sa.Table(table.name, sa.MetaData(), schema=table.schema, autoload_with=connection)
    old = next((rule for rule in there.constraints if rule.name == name), None)
    return None if old is None else ops.AddConstraintOp.from_constraint(old)
