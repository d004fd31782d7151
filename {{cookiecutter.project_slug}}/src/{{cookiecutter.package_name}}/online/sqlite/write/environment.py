"""What Alembic is told about SQLite."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from ..operations import impl
from ..operations.foreign_keys import keys_enforced, refuse_orphans
from ..session.driver import DIALECT
from . import compare


def _before_commit(ctx: Any, **_: Any) -> None:
    if not ctx.as_sql:
        refuse_orphans(ctx.connection)


# Arguments of ``context.configure``.
OPTIONS: dict[str, Any] = {
    "dialect_name": DIALECT,
    "dialect_opts": {"paramstyle": "named"},
    "autogenerate_plugins": compare.PLUGINS,
    "transactional_ddl": impl.RebuildingImpl.transactional_ddl,
    "transaction_per_migration": True,
    "on_version_apply": _before_commit,
}


@contextmanager
def around_migrations(connection: Connection | None) -> Iterator[None]:
    """Do not enforce foreign keys meanwhile (see ``foreign_keys.py``).

    On a connection that a caller hands over in a transaction they stay as they are, and a
    rebuild refuses.
    """
    with warnings.catch_warnings():
        # Of tables that refer to each other: ours come out in order.
        warnings.filterwarnings("ignore", "Cannot correctly sort tables")
        # Of indexes on expressions: ours are compared by ``compare/indexes.py``.
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression")
        warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression")
        if connection is None or connection.in_transaction():
            yield
        else:
            with keys_enforced(connection, False):
                yield


def render_named_type(stored: Any, context: AutogenContext) -> None:
    """Return None: no type has a name of its own here."""
