"""Exclusion constraints that come, go, or mean something else; the server's text is what is written."""

from alembic.operations import MigrateOperation

from ...write.change import undone_by
from ..operations.exclusions import CreateExclusion, DropExclusion


def exclusion_changed(
    name: str, table: str, wanted: str | None, found: str | None, schema: str | None
) -> list[MigrateOperation]:
    """Return what makes the definition *found* of a constraint the *wanted* one; None: not there."""
    if wanted is None:
        return [DropExclusion(name, table, found or "", schema=schema)]
    created = CreateExclusion(name, table, wanted, schema=schema)
    if found is None:
        return [created]
    return [undone_by(created, CreateExclusion(name, table, found, schema=schema))]
