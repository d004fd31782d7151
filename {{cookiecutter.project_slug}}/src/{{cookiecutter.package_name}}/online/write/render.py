"""How types are written into revisions: as the database stores them, without the application.

A revision must run when the models have long changed, so a type of the application's own
(``TypeDecorator``) is written as what lies beneath it.
"""

from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.schema import conv

from .. import service
from ..database import environment
from ..internals import render_type
from .stored import stored_type


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Return the source of a type or a key that Alembic would not write well (``render_item``).

    False leaves everything else to Alembic.
    """
    if kind == "primary_key" and (item.deferrable or item.initially or not item.table.columns):
        return _render_key(item)
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


def _render_key(key: sa.PrimaryKeyConstraint) -> str:
    """Return the source of a *key*, with when it is looked at: Alembic leaves that out.

    Of a table without columns as well: an empty key is what stands between the commas there.
    """
    parts = [repr(column.name) for column in key.columns]
    if isinstance(key.name, str):
        name = repr(str(key.name))
        # One that is whole: no convention has anything to add.
        parts.append(f"name=op.f({name})" if isinstance(key.name, conv) else f"name={name}")
    said = {"deferrable": key.deferrable, "initially": key.initially}
    parts += [f"{word}={value!r}" for word, value in said.items() if value is not None]
    return f"sa.PrimaryKeyConstraint({', '.join(parts)})"
