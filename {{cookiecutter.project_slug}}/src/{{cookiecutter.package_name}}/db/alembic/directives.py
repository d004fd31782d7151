"""What is written: the pipeline between Alembic's comparison and the revision files, in order."""

from collections.abc import Iterable
from typing import Any

from alembic import util
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext

from . import commands, phases, prerequisites
from .change import EXPAND, Change
from .operations.downgrade import RefuseDowngrade
from .rewriter import writer


def process(context: MigrationContext, revision: Any, scripts: list[ops.MigrationScript]) -> None:
    """Turn the differences into revisions (``process_revision_directives``).

    ``alembic check`` is left with the differences as they are: it reads the last script. With
    ``-x plain`` Alembic's own output is written. Raises DatabaseError for what cannot be made
    safe; then no file is written.
    """
    if commands.name_of(context.opts.get("fn")) == "check":
        return
    phases.known(commands.option(context, "phase") or EXPAND)
    if _is_comparison(context):
        drop_empty(scripts)
    if commands.option(context, "plain") is None:
        scripts[:] = [part for script in scripts for part in _made_safe(context, revision, script)]
    if commands.option(context, "one-way") is not None:
        for script in scripts:
            make_one_way(script)
    phases.announce(context, scripts)


def _made_safe(
    context: MigrationContext, revision: Any, script: ops.MigrationScript
) -> list[ops.MigrationScript]:
    """Return *script* as one or two scripts that are safe under live traffic."""
    operations = phases.flattened(script)
    change = Change(context, operations)
    script.upgrade_ops = ops.UpgradeOps(prerequisites.completed(change, operations))
    script.downgrade_ops = ops.DowngradeOps([])
    writer(context, revision, [script])
    change.raise_refusals()
    return phases.split(context, script)


def drop_empty(scripts: list[ops.MigrationScript]) -> None:
    """Take out scripts without a change, and say so."""
    for script in list(scripts):
        if _is_empty(script.upgrade_ops_list):
            scripts.remove(script)
            util.msg("No change between the models and the migrations: no revision is written.")


def make_one_way(script: ops.MigrationScript) -> None:
    """Give *script* a downgrade that refuses."""
    reason = "it was written one-way; restore a backup, or write a new revision that goes forward"
    script.downgrade_ops = ops.DowngradeOps([RefuseDowngrade(reason)])


def _is_comparison(context: MigrationContext) -> bool:
    revision_context = context.opts.get("revision_context")
    return bool(revision_context and revision_context.command_args["autogenerate"])


def _is_empty(containers: Iterable[ops.UpgradeOps]) -> bool:
    return all(container.is_empty() for container in containers)
