"""What Alembic is told about MySQL."""

from contextlib import AbstractContextManager
from typing import Any

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from ...write import environment
from ..operations import online
from . import compare

# Imported for what they do: ``online`` takes the place of Alembic's own implementation, ``compare``
# registers our comparisons.
__all__ = ["OPTIONS", "around_migrations", "compare", "online", "render_named_type"]

# A schema is a database here, and a service owns one.
OPTIONS = environment.OPTIONS


def around_migrations(connection: Connection | None) -> AbstractContextManager[None]:
    """Prepare for what runs inside, and tidy up after it."""
    return environment.ignore_warnings(environment.CYCLES, environment.COMPUTED)


def render_named_type(stored: Any, context: AutogenContext) -> None:
    """Return None: no type has a name of its own here."""
