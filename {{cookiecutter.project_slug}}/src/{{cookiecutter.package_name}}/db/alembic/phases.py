"""Deploy phases: which operation goes into which file, in which order, and the way back.

*expand* loosens the schema and runs before the new code; *contract* tightens it and runs after
the last old code is gone.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from alembic import util
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext

from .operations.base import CONTRACT, EXPAND, Phase

T = TypeVar("T", bound=MigrateOperation)
# Alembic renders some operations' ``info`` into the file, so the marks are attributes.
_NEW_TABLE = "_on_new_table"
_PHASE = "_deploy_phase"


def flatten(script: ops.MigrationScript) -> None:
    """Replace the nested containers of *script* by one list, marking what is on a new table."""
    assert script.upgrade_ops is not None
    operations = list(_leaves(script.upgrade_ops.ops))
    created = {(o.schema, o.table_name) for o in operations if isinstance(o, ops.CreateTableOp)}
    for operation in operations:
        setattr(operation, _NEW_TABLE, table_of(operation) in created)
    script.upgrade_ops.ops = operations


def table_of(operation: MigrateOperation) -> tuple[str | None, str | None]:
    """Return (schema, table) that the operation changes."""
    name = getattr(operation, "table_name", None) or getattr(operation, "source_table", None)
    return getattr(operation, "schema", None) or getattr(operation, "source_schema", None), name


def on_new_table(operation: MigrateOperation) -> bool:
    """Tell whether the operation's table is created by the same script: nobody uses it yet."""
    return getattr(operation, _NEW_TABLE, False)


def in_phase(phase: Phase, operation: T) -> T:
    """Put *operation* into *phase* and return it."""
    setattr(operation, _PHASE, phase)
    return operation


def split(context: MigrationContext, script: ops.MigrationScript) -> list[ops.MigrationScript]:
    """Return *script* as one or two chained scripts, each with its downgrade."""
    assert script.upgrade_ops is not None
    operations = script.upgrade_ops.ops
    parts = {
        phase: [o for o in operations if getattr(o, _PHASE, EXPAND) == phase]
        for phase in (EXPAND, CONTRACT)
    }
    if not parts[EXPAND] and parts[CONTRACT]:
        scripts = [_filled(script, CONTRACT, parts[CONTRACT])]
    elif parts[CONTRACT]:
        second = ops.MigrationScript(
            rev_id=util.rev_id(),
            message=f"{script.message or 'change'} contract",
            upgrade_ops=ops.UpgradeOps([]),
            downgrade_ops=ops.DowngradeOps([]),
            head=script.rev_id,
        )
        scripts = [
            _filled(script, EXPAND, parts[EXPAND]),
            _filled(second, CONTRACT, parts[CONTRACT]),
        ]
    else:
        scripts = [_filled(script, EXPAND, parts[EXPAND])]
    return scripts


def announce(context: MigrationContext, scripts: Iterable[ops.MigrationScript]) -> None:
    """Tell the revision template which phase each script belongs to."""
    arguments = context.opts.get("template_args")
    if arguments is not None:
        arguments["phases"] = {s.rev_id: getattr(s, "phase", EXPAND) for s in scripts}


def _filled(
    script: ops.MigrationScript, phase: Phase, operations: list[MigrateOperation]
) -> ops.MigrationScript:
    script.upgrade_ops = ops.UpgradeOps(operations)
    script.downgrade_ops = ops.DowngradeOps(list(_backwards(operations)))
    script.phase = phase  # type: ignore[attr-defined]
    return script


def _backwards(operations: list[MigrateOperation]) -> Iterator[MigrateOperation]:
    for operation in reversed(operations):
        undo = operation.reverse()
        if undo is not None:
            yield undo


def _leaves(operations: Iterable[MigrateOperation]) -> Iterator[MigrateOperation]:
    for operation in operations:
        if isinstance(operation, ops.OpContainer):
            yield from _leaves(operation.ops)
        else:
            yield operation
