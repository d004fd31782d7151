"""What Alembic is told about PostgreSQL."""

from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection

from ...write import environment
from . import compare
from .render import render_named_type

# ``compare`` is imported for what it does: it registers our comparisons.
__all__ = ["OPTIONS", "around_migrations", "compare", "render_named_type"]

OPTIONS: dict[str, Any] = environment.OPTIONS | {"include_schemas": True}


def around_migrations(connection: Connection | None) -> AbstractContextManager[None]:
    """Prepare for what runs inside, and tidy up after it."""
    return environment.ignore_warnings(environment.CYCLES)
