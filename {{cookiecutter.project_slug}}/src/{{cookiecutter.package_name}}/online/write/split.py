"""Deploy phases: which operation goes into which file, and the way back.

*expand* loosens the schema and runs before the new code; *contract* tightens it and runs after
the last old code is gone.
"""

from collections.abc import Iterable, Iterator

from alembic import util
from alembic.config import Config
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext

from .. import service
from ..database import repeatable
from ..operations.backfill import Backfill
from ..phase import CONTRACT, EXPAND, Phase, checked_phase, marked_phase
from ..session.errors import DatabaseError
from .change import backwards
from .order import in_order

# Where operations come from that say their phase where it matters, and names of those that do not.
_ALEMBIC, _OURS = "alembic.", service.__name__.rpartition(".")[0]
_TAKING_AWAY = ("Drop", "Remove", "Delete", "Revoke", "Disable")


def flatten(script: ops.MigrationScript) -> list[MigrateOperation]:
    """Return the operations of *script* without their nested containers."""
    assert script.upgrade_ops is not None
    return list(_leaves(script.upgrade_ops.ops))


def split_by_phase(
    context: MigrationContext, script: ops.MigrationScript
) -> list[ops.MigrationScript]:
    """Return *script* as one or two chained scripts, each in order and with its downgrade."""
    assert script.upgrade_ops is not None
    phases: tuple[Phase, ...] = (EXPAND, CONTRACT)
    parts = {
        phase: in_order([o for o in script.upgrade_ops.ops if _phase_of(o) == phase], phase)
        for phase in phases
    }
    if parts[EXPAND] and parts[CONTRACT]:
        parts[CONTRACT] = [_take_value_of(o, script.rev_id) for o in parts[CONTRACT]]
        return [
            _fill(context, script, EXPAND, parts[EXPAND]),
            _fill(context, _contract_after(script), CONTRACT, parts[CONTRACT]),
        ]
    phase: Phase = CONTRACT if parts[CONTRACT] else EXPAND
    return [_fill(context, script, phase, parts[phase])]


def announce(context: MigrationContext, scripts: Iterable[ops.MigrationScript]) -> None:
    """Tell the revision template which phase each script belongs to."""
    arguments = context.opts.get("template_args")
    if arguments is not None:
        arguments["phases"] = {s.rev_id: getattr(s, "phase", EXPAND) for s in scripts}


def announce_fault(context: MigrationContext, fault: str) -> None:
    """Let the revision template say at the top of the files what is wrong with them."""
    context.opts["template_args"]["unproven"] = fault


def asked_for(config: Config) -> Phase:
    """Return the phase of a revision written by hand: ``-x phase=contract``, else expand.

    Raises DatabaseError for another phase; then no file is written.
    """
    typed = getattr(config.cmd_opts, "x", None) or []
    given = [argument.removeprefix("phase=") for argument in typed if argument.startswith("phase=")]
    try:
        return checked_phase(given[-1] if given else config.attributes.get("phase", EXPAND))
    except DatabaseError as error:
        util.msg(str(error))  # Alembic tells only that its template failed.
        raise


def _phase_of(operation: MigrateOperation) -> Phase:
    """Return the phase of *operation*: as it was marked, as the owner says, or by what it does.

    An operation that another library brings, and that takes something away, has to wait.
    """
    marked = marked_phase(operation)
    if marked is not None:
        return marked
    said: str | None = service.rules().phase_of(operation)
    if said is not None:
        return checked_phase(said)
    kind = type(operation)
    is_known = kind.__module__.startswith((_ALEMBIC, _OURS))
    return EXPAND if is_known or not kind.__name__.startswith(_TAKING_AWAY) else CONTRACT


def _contract_after(script: ops.MigrationScript) -> ops.MigrationScript:
    return ops.MigrationScript(
        rev_id=util.rev_id(),
        message=f"{script.message or 'change'}, contract",
        upgrade_ops=ops.UpgradeOps([]),
        downgrade_ops=ops.DowngradeOps([]),
        head=script.rev_id,
        version_path=script.version_path,
    )


def _fill(
    context: MigrationContext,
    script: ops.MigrationScript,
    phase: Phase,
    operations: list[MigrateOperation],
) -> ops.MigrationScript:
    undo = list(backwards(operations))
    script.upgrade_ops = ops.UpgradeOps(repeatable.make_repeatable(context, operations))
    script.downgrade_ops = ops.DowngradeOps(repeatable.make_repeatable(context, undo))
    script.phase = phase  # type: ignore[attr-defined]
    return script


def _take_value_of(operation: MigrateOperation, expand: str | None) -> MigrateOperation:
    """Let a backfill without a value take the one that the author writes in the expand."""
    if isinstance(operation, Backfill) and operation.value is ...:
        return operation.replace(value=None, value_of=expand)
    return operation


def _leaves(operations: Iterable[MigrateOperation]) -> Iterator[MigrateOperation]:
    for operation in operations:
        if isinstance(operation, ops.OpContainer):
            yield from _leaves(operation.ops)
        else:
            yield operation
