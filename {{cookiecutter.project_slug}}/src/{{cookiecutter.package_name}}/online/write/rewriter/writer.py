"""The Rewriter that makes each operation safe; one small function per operation joins it."""

from typing import Any

from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext

from ...database import prerequisites
from ..change import Change
from ..split import flattened

Operations = list[MigrateOperation]


class OnlineRewriter(Rewriter):
    """Rewrites the operations of a script with the whole change in view (``Change.current()``)."""

    def process_revision_directives(
        self, context: MigrationContext, revision: Any, directives: list[ops.MigrationScript]
    ) -> None:
        """Rewrite *directives*; raises DatabaseError where something cannot be made safe."""
        for script in directives:
            operations = flattened(script)
            change = Change(context, operations)
            script.upgrade_ops = ops.UpgradeOps(prerequisites.completed(change, operations))
            with change.being_written():
                super().process_revision_directives(context, revision, [script])
            change.raise_refusals()


writer = OnlineRewriter()
