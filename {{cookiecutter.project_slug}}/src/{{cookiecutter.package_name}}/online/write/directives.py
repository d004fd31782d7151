"""What is written: the pipeline between Alembic's comparison and the revision files, in order."""

from collections.abc import Callable, Iterable
from typing import Any

from alembic import util
from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext

from ..internals import is_comparison
from ..operations.downgrade import RefuseDowngrade
from ..phase import EXPAND, checked_phase
from ..session import invocation
from ..session.errors import DatabaseError
from . import split
from .arrive import Proof
from .checking import reconcile_check
from .reconcile import reconcile
from .sides import Sides, sides_of

Hook = Callable[[MigrationContext, Any, list[ops.MigrationScript]], None]


def through(rewriter: Rewriter) -> Hook:
    """Return the hook (``process_revision_directives``) that sends the differences through *rewriter*.

    ``alembic check`` is left with the differences as they are: it reads the last script. With
    ``-x plain`` Alembic's own output is written. The hook raises DatabaseError for what cannot be
    made safe; then no file is written.
    """

    def process(
        context: MigrationContext, revision: Any, scripts: list[ops.MigrationScript]
    ) -> None:
        if invocation.name_of(context.opts.get("fn")) == "check":
            for script in scripts:
                reconcile_check(context, script)
            return
        checked_phase(invocation.option(context, "phase") or EXPAND)
        sides = sides_of(context) if is_comparison(context) else None
        if sides is not None:
            for script in scripts:
                reconcile(context, script, sides)
        if is_comparison(context):
            drop_empty(scripts)
        if invocation.option(context, "plain") is None:
            for script in scripts:
                # Made anew from the upgrade when all is in its place.
                script.downgrade_ops = ops.DowngradeOps([])
            rewriter(context, revision, scripts)
            scripts[:] = [
                part for script in scripts for part in split.split_by_phase(context, script)
            ]
        if invocation.option(context, "one-way") is not None:
            for script in scripts:
                make_one_way(script)
        split.announce(context, scripts)
        if sides is not None and scripts:
            _prove(context, scripts, sides)

    return process


def _prove(context: MigrationContext, scripts: list[ops.MigrationScript], sides: Sides) -> None:
    """Run *scripts* on the scratch database; raises DatabaseError where they do not arrive."""
    fault = Proof(context, scripts, sides).fault()
    if fault is None:
        return
    if invocation.option(context, "unproven") is None:
        raise DatabaseError(
            f"No revision was written, for it does not arrive: {fault}\nThis is a fault of what "
            "autogenerate makes of these models. Write the revision by hand, or keep what was "
            "made, with this said at its top, by -x unproven"
        )
    split.announce_fault(context, fault)


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


def _is_empty(containers: Iterable[ops.UpgradeOps]) -> bool:
    return all(container.is_empty() for container in containers)
