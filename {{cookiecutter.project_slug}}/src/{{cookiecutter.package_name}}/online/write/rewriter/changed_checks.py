"""A CHECK that changes under its name: between the phases rows keep the old rule or the new one.

Old code keeps the old rule, and may break the new one; new code the reverse.
"""

import sqlalchemy as sa
from alembic.operations import ops

from ...internals import original_of
from ...operations.colons import with_colons_escaped
from ...operations.naming import final_name
from ...operations.percents import single
from ..change import Change, key_of

Check = ops.CreateCheckConstraintOp


def old_of(change: Change, new: Check) -> Check | None:
    """Return the CHECK that goes under the name of *new*, as it was read; None where there is none."""
    drops = (drop for drop in change.rules_gone if _is_of(drop, change, new))
    return next((drop.reverse() for drop in drops), None)  # type: ignore[return-value]


def is_replaced(change: Change, drop: ops.DropConstraintOp) -> bool:
    """Tell whether a CHECK comes under the name of the one that *drop* is about."""
    return any(_is_of(drop, change, new) for new in change.rules_to_come if isinstance(new, Check))


def either(change: Change, old: Check, new: Check) -> str:
    """Return the condition of a rule that what keeps *old* and what keeps *new* both keep."""
    return with_colons_escaped(" OR ".join(f"({_text(change, check)})" for check in (old, new)))


def _is_of(drop: ops.DropConstraintOp, change: Change, new: Check) -> bool:
    return (
        key_of(drop) == key_of(new)
        and original_of(drop) is not None
        and str(drop.constraint_name) == final_name(change.context, new)
        and isinstance(drop.reverse(), Check)
    )


def _text(change: Change, check: Check) -> str:
    """Return the condition as the server is sent it."""
    condition = check.condition
    clause = sa.text(condition) if isinstance(condition, str) else condition
    dialect = change.context.dialect
    compiled = clause.compile(
        dialect=dialect, compile_kwargs={"literal_binds": True, "include_table": False}
    )
    return single(str(compiled), dialect)
