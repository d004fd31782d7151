"""The Rewriter that makes each operation safe; one small function per operation joins it."""

from collections.abc import Callable
from typing import Any, TypeVar

from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext

from ...database import prerequisites
from ...phase import CONTRACT, marked_phase
from ..change import Change
from ..split import flatten

Operations = list[MigrateOperation]
Kind = TypeVar("Kind", bound=MigrateOperation)


class OnlineRewriter(Rewriter):
    """Rewrites the operations of a script with the whole change in view (``Change.current()``)."""

    def process_revision_directives(
        self, context: MigrationContext, revision: Any, directives: list[ops.MigrationScript]
    ) -> None:
        """Rewrite *directives*; raises DatabaseError where something cannot be made safe."""
        for script in directives:
            operations = flatten(script)
            change = Change(context, operations)
            script.upgrade_ops = ops.UpgradeOps(prerequisites.complete(change, operations))
            with change.being_written():
                super().process_revision_directives(context, revision, [script])
            change.raise_refusals()

    def makes_safe(
        self, kind: type[Kind]
    ) -> Callable[[Callable[[Change, Kind], Operations]], Callable[[Change, Kind], Operations]]:
        """Let the decorated function say what stands in place of operations of this *kind*.

        It is asked for tables in use alone: on one that the same change creates nobody is in the
        way, and the operation stays as it is, unless it waits for the contract.
        """

        def decorate(
            rewrite: Callable[[Change, Kind], Operations],
        ) -> Callable[[Change, Kind], Operations]:
            @self.rewrites(kind)
            def place(context: MigrationContext, revision: Any, operation: Kind) -> Operations:
                change = Change.current()
                if change.on_new_table(operation) and marked_phase(operation) != CONTRACT:
                    return [operation]
                return rewrite(change, operation)

            return rewrite

        return decorate


writer = OnlineRewriter()
