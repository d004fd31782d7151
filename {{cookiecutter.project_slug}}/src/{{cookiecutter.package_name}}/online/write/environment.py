"""What Alembic is told whatever the database is."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..database import driver
from .compare.comparator import PLUGINS

# Arguments of ``context.configure``.
OPTIONS: dict[str, Any] = {
    "dialect_name": driver.DIALECT,
    "dialect_opts": {"paramstyle": "named"},
    "autogenerate_plugins": PLUGINS,
    "transaction_per_migration": True,
}
# SQLAlchemy warns of tables that refer to each other: ours come out in order.
CYCLES = "Cannot correctly sort tables"
# Alembic warns of generated columns and goes on: they are refused by name instead.
COMPUTED = "Computed default on "


@contextmanager
def ignore_warnings(*beginnings: str) -> Iterator[None]:
    """Keep warnings that begin so from being shown while the body runs."""
    with warnings.catch_warnings():
        for beginning in beginnings:
            warnings.filterwarnings("ignore", beginning)
        yield
