"""A revision runs again from its start after a cut: it is stamped only at its end.

MySQL commits every change of a schema by itself. Each operation looks into the information schema before
it acts (``online.py``), so that nothing has to be added here.
"""

from alembic.operations import MigrateOperation
from alembic.runtime.migration import MigrationContext


def make_repeatable(
    context: MigrationContext, operations: list[MigrateOperation]
) -> list[MigrateOperation]:
    """Return *operations* as they are: all of them can run twice."""
    return operations
