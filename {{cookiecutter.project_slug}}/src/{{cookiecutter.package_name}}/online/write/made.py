"""The operations of one change, which grow by those made for what nobody proposed."""

from alembic.operations import MigrateOperation
from alembic.runtime.migration import MigrationContext

from .snapshot import Difference, Snapshot


class Made:
    """Makes nothing by itself: then each difference that nobody proposed is refused by name."""

    def __init__(
        self,
        context: MigrationContext,
        proposed: list[MigrateOperation],
        wanted: Snapshot,
        found: Snapshot,
    ) -> None:
        """Begin with what was *proposed*."""
        assert context.connection is not None
        self.context = context
        self.connection = context.connection
        self.wanted, self.found = wanted, found
        self.operations = list(proposed)

    def of(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what takes *difference* away; None where nothing is known that does."""
        make = getattr(self, f"make_{difference.key.kind.replace(' ', '_')}", None)
        made: list[MigrateOperation] | None = None if make is None else make(difference)
        return made
