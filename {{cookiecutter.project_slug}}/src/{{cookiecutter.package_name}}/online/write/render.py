"""How types are written into revisions: as the database stores them, without the application.

A revision must run when the models have long changed, so a type of the application's own
(``TypeDecorator``) is written as what lies beneath it.
"""

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext

from .. import service
from ..database import environment
from ..internals import render_type
from .stored import stored_type


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Return the source of a type that Alembic would not write well (``render_item``).

    False leaves everything else to Alembic.
    """
    if kind != "type":
        return False
    said: str | None = service.rules().render_type(item, context.imports)
    if said is not None:
        return said
    stored: Any = stored_type(item, context.migration_context.dialect)
    named = environment.render_named_type(stored, context)
    if named is not None:
        return named
    if stored is not item:
        return render_type(stored, context)
    module = type(item).__module__
    if module.startswith("sqlalchemy."):
        return False
    # A type from a library, such as pgvector's: Alembic writes it without its import.
    context.imports.add(f"import {module}")
    return f"{module}.{item!r}"
