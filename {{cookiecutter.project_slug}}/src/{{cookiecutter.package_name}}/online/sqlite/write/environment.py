"""What Alembic is told about SQLite."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from ...write import environment
from ..operations import impl
from ..operations.foreign_keys import enforce_keys, refuse_orphans
from . import compare

# ``compare`` is imported for what it does: it registers our comparisons.
__all__ = ["OPTIONS", "around_migrations", "compare", "render_named_type"]


def _before_commit(ctx: Any, **_: Any) -> None:
    if not ctx.as_sql:
        refuse_orphans(ctx.connection)


OPTIONS: dict[str, Any] = environment.OPTIONS | {
    "transactional_ddl": impl.RebuildingImpl.transactional_ddl,
    "on_version_apply": _before_commit,
}
# Of indexes on expressions: ours are compared by ``compare/indexes.py``.
_EXPRESSIONS = (
    "Skipped unsupported reflection of expression",
    "autogenerate skipping metadata-specified expression",
)


@contextmanager
def around_migrations(connection: Connection | None) -> Iterator[None]:
    """Do not enforce foreign keys meanwhile (see ``foreign_keys.py``).

    On a connection that a caller hands over in a transaction they stay as they are, and a
    rebuild refuses.
    """
    with environment.ignore_warnings(environment.CYCLES, environment.COMPUTED, *_EXPRESSIONS):
        if connection is None or connection.in_transaction():
            yield
        else:
            with enforce_keys(connection, False):
                yield


def render_named_type(stored: Any, context: AutogenContext) -> None:
    """Return None: no type has a name of its own here."""
