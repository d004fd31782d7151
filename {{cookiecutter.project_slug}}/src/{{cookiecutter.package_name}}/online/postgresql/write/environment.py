"""What Alembic is told about PostgreSQL."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from ..session.driver import DIALECT
from . import compare, impl
from .render import render_named_type

__all__ = ["OPTIONS", "around_migrations", "impl", "render_named_type"]

# Arguments of ``context.configure``.
OPTIONS: dict[str, Any] = {
    "dialect_name": DIALECT,
    "dialect_opts": {"paramstyle": "named"},
    "include_schemas": True,
    "autogenerate_plugins": compare.PLUGINS,
    "transaction_per_migration": True,
}


@contextmanager
def around_migrations(connection: Connection | None) -> Iterator[None]:
    """Keep SQLAlchemy from warning of tables that refer to each other: ours come out in order."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Cannot correctly sort tables")
        yield
