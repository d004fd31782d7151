"""What Alembic is told about MySQL."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from ..operations import online
from ..session.driver import DIALECT
from . import compare

# ``online`` is imported for what it does: it takes the place of Alembic's own implementation.
__all__ = ["OPTIONS", "around_migrations", "online", "render_named_type"]

# Arguments of ``context.configure``. A schema is a database here, and a service owns one.
OPTIONS: dict[str, Any] = {
    "dialect_name": DIALECT,
    "dialect_opts": {"paramstyle": "named"},
    "autogenerate_plugins": compare.PLUGINS,
    "transaction_per_migration": True,
}


@contextmanager
def around_migrations(connection: Connection | None) -> Iterator[None]:
    """Keep SQLAlchemy from warning of tables that refer to each other: ours come out in order."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Cannot correctly sort tables")
        yield


def render_named_type(stored: Any, context: AutogenContext) -> None:
    """Return None: no type has a name of its own here."""
