"""Rules that change, or that others rest on: they must not be missing between the phases."""

from collections.abc import Iterator
from typing import NamedTuple

from alembic.operations import MigrateOperation, ops

from ....internals import original_of
from ....phase import CONTRACT, EXPAND, Phase
from ....write.change import Change, TableKey, key_of
from ....write.rewriter.drops import goes_with_column

_REFERENCES = (
    'SELECT child.name, key.id, key."from", key."to" FROM sqlite_schema AS child '
    "JOIN pragma_foreign_key_list(child.name) AS key "
    "WHERE child.type = 'table' AND key.\"table\" = ? COLLATE NOCASE ORDER BY 1, 2, key.seq"
)


class Rule(NamedTuple):
    """What a unique rule or a foreign key is about: its table, columns, and what it refers to."""

    table: TableKey
    columns: frozenset[str]
    target: tuple[str, ...] | None


def phase_of_swap(change: Change, operation: MigrateOperation) -> Phase | None:
    """Return when the rule of *operation* takes another's place, or gives it to another; else None.

    Expand where the old one implies the new, for then nobody can break it; contract where the new
    one implies the old, for then nobody is in its way.
    """
    is_drop = isinstance(operation, ops.DropConstraintOp | ops.DropIndexOp)
    mine = _rule(original_of(operation) if is_drop else operation)
    if mine is None:
        return None
    others: list[MigrateOperation] = (
        [*change.rules_to_come, *change.indexes_to_come]
        if is_drop
        else [*change.rules_gone, *change.indexes_gone]
    )
    pairs = [(mine, other) if is_drop else (other, mine) for other in _rules(others)]
    found = {_phase(change, old, new) for old, new in pairs}
    return EXPAND if EXPAND in found else CONTRACT if CONTRACT in found else None


def is_rested_on(change: Change, operation: MigrateOperation) -> bool:
    """Tell whether a foreign key that stays until the contract refers to the rule that goes."""
    rule = _rule(original_of(operation))
    return rule is not None and _is_target(change, rule)


def _is_target(change: Change, rule: Rule) -> bool:
    if rule.target is not None or change.connection is None:
        return False
    gone = [
        _rule(original_of(drop))
        for drop in change.rules_gone
        if isinstance(drop, ops.DropConstraintOp) and not goes_with_column(change, drop)
    ]
    found: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for child, number, column, target in change.connection.exec_driver_sql(
        _REFERENCES, (rule.table[1],)
    ):
        found.setdefault((child, number), []).append((column, str(target)))
    return any(
        frozenset(target for _, target in pairs) == rule.columns
        and not any(
            one and one.target and one.table[1] == child and one.columns == {c for c, _ in pairs}
            for one in gone
        )
        for (child, _), pairs in found.items()
    )


def _rules(operations: list[MigrateOperation]) -> Iterator[Rule]:
    for operation in operations:
        is_drop = isinstance(operation, ops.DropConstraintOp | ops.DropIndexOp)
        rule = _rule(original_of(operation) if is_drop else operation)
        if rule is not None:
            yield rule


def _rule(operation: MigrateOperation | None) -> Rule | None:
    if isinstance(operation, ops.CreateUniqueConstraintOp):
        return Rule(key_of(operation), frozenset(map(str, operation.columns)), None)
    if isinstance(operation, ops.CreateForeignKeyOp):
        target = (operation.referent_table, *map(str, operation.remote_cols))
        return Rule(key_of(operation), frozenset(map(str, operation.local_cols)), target)
    if isinstance(operation, ops.CreateIndexOp) and operation.unique:
        if operation.kw.get("sqlite_where") is not None:
            return None
        names = frozenset(str(getattr(column, "name", column)) for column in operation.columns)
        return Rule(key_of(operation), names, None)
    return None


def _phase(change: Change, old: Rule, new: Rule) -> Phase | None:
    if (old.table, old.target) != (new.table, new.target):
        return None
    if old.target is not None:
        return EXPAND if old.columns == new.columns else None
    if old.columns == new.columns or (old.columns < new.columns and not _is_target(change, old)):
        return EXPAND
    if old.columns < new.columns:
        return CONTRACT
    return CONTRACT if new.columns <= old.columns else None
