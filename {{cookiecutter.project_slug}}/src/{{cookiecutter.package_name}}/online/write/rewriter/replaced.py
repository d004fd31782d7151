"""A unique rule or a foreign key that changes: which takes the place of which, and when.

One of the two always stands: the new one comes before the old one goes, in one phase.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from alembic.operations import MigrateOperation, ops

from ...internals import original_of
from ...phase import CONTRACT, EXPAND, Phase
from ..change import Change, TableKey, key_of

Drop = ops.DropConstraintOp | ops.DropIndexOp
# Whether a foreign key refers to the rule that goes.
RestsOn = Callable[[Change, MigrateOperation], bool]


class Rule(NamedTuple):
    """What a rule is about: its table, its columns, what a foreign key refers to, pair by pair."""

    table: TableKey
    columns: frozenset[str]
    target: tuple[Any, ...] | None
    # Whether a unique rule takes two NULLs for the same.
    nulls: bool = False


def phase_of_swap(
    change: Change, operation: MigrateOperation, is_rested_on: RestsOn, *, alike: Phase = CONTRACT
) -> Phase | None:
    """Return when the rule of *operation* takes another's place, or gives it to another; else None.

    Expand where the old one implies the new, for then nobody can break it; contract where the new
    one implies the old, for then nobody is in its way; *alike* where each implies the other.
    """
    pairs: list[tuple[MigrateOperation, MigrateOperation]]
    if isinstance(operation, Drop):
        pairs = [(operation, new) for new in (*change.rules_to_come, *change.indexes_to_come)]
    else:
        pairs = [(old, operation) for old in gone(change)]
    found = {phase_of_pair(change, old, new, is_rested_on, alike=alike) for old, new in pairs}
    return EXPAND if EXPAND in found else CONTRACT if CONTRACT in found else None


def phase_of_pair(
    change: Change,
    drop: MigrateOperation,
    create: MigrateOperation,
    is_rested_on: RestsOn,
    *,
    alike: Phase = CONTRACT,
) -> Phase | None:
    """Return when the rule of *create* takes the place of that of *drop*; None where it does not."""
    old, new = rule_of(original_of(drop)), rule_of(create)
    if old is None or new is None or (old.table, old.target) != (new.table, new.target):
        return None
    loosens = old.columns < new.columns or (old.nulls and not new.nulls)
    tightens = new.columns < old.columns or (new.nulls and not old.nulls)
    is_part = old.columns <= new.columns or new.columns <= old.columns
    if not is_part or (loosens and tightens):
        return None
    if tightens or (loosens and is_rested_on(change, drop)):
        return CONTRACT
    return EXPAND if loosens else alike


def gone(change: Change) -> list[Drop]:
    """Return what takes a rule or an index away."""
    return [*change.rules_gone, *change.indexes_gone]


def rule_of(operation: MigrateOperation | None) -> Rule | None:
    """Return the rule that *operation* makes; None for what is no rule, or one on some rows alone."""
    if isinstance(operation, ops.CreateUniqueConstraintOp):
        columns = frozenset(map(str, operation.columns))
        return Rule(key_of(operation), columns, None, _says(operation, "_nulls_not_distinct"))
    if isinstance(operation, ops.CreateForeignKeyOp):
        pairs = sorted(zip(operation.local_cols, operation.remote_cols, strict=True))
        where = operation.kw.get("referent_schema"), operation.referent_table
        return Rule(key_of(operation), frozenset(map(str, operation.local_cols)), (*where, *pairs))
    if not isinstance(operation, ops.CreateIndexOp) or not operation.unique:
        return None
    if _says(operation, "_where"):
        return None
    # The first characters of a column, an operator class: another rule on the same column.
    by_column = [value for value in operation.kw.values() if isinstance(value, dict)]
    names = [str(getattr(column, "name", column)) for column in operation.columns]
    columns = frozenset(" ".join([n, *(str(of[n]) for of in by_column if n in of)]) for n in names)
    return Rule(key_of(operation), columns, None, _says(operation, "_nulls_not_distinct"))


def _says(operation: Any, option: str) -> bool:
    """Tell whether the operation has an *option* of a dialect's."""
    return any(
        name.endswith(option) and value not in (None, False) for name, value in operation.kw.items()
    )
