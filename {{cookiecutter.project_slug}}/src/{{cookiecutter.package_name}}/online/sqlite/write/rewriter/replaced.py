"""Rules that change, or that others rest on: they must not be missing between the phases."""

from alembic.operations import MigrateOperation, ops

from ....internals import original_of
from ....phase import EXPAND, Phase
from ....write.change import Change
from ....write.rewriter import replaced
from ....write.rewriter.drops import goes_with_column

_REFERENCES = (
    'SELECT child.name, key.id, key."from", key."to" FROM sqlite_schema AS child '
    "JOIN pragma_foreign_key_list(child.name) AS key "
    "WHERE child.type = 'table' AND key.\"table\" = ? COLLATE NOCASE ORDER BY 1, 2, key.seq"
)


def phase_of_swap(change: Change, operation: MigrateOperation) -> Phase | None:
    """Return when the rule of *operation* takes another's place, or gives it to another; else None.

    One rebuild does both at once.
    """
    return replaced.phase_of_swap(change, operation, is_rested_on, alike=EXPAND)


def is_rested_on(change: Change, operation: MigrateOperation) -> bool:
    """Tell whether a foreign key that stays until the contract refers to the rule that goes."""
    rule = replaced.rule_of(original_of(operation))
    if rule is None or rule.target is not None or change.connection is None:
        return False
    gone = [
        replaced.rule_of(original_of(drop))
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
