"""What Alembic is told about PostgreSQL."""

from contextlib import AbstractContextManager
from typing import Any

from alembic import context
from sqlalchemy import Connection

from ...write import environment
from ..session import version_schema
from . import compare, impl
from .render import render_named_type

# Two are imported for what they do: they register our comparisons, and how text is rendered.
__all__ = ["OPTIONS", "around_migrations", "compare", "impl", "render_named_type"]

OPTIONS: dict[str, Any] = environment.OPTIONS | {"include_schemas": True}


def around_migrations(connection: Connection | None) -> AbstractContextManager[None]:
    """Prepare for what runs inside, and tidy up after it."""
    version_schema.ensure(context.get_context())
    return environment.ignore_warnings(environment.CYCLES, environment.COMPUTED)
