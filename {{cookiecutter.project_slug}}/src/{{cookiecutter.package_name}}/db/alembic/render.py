"""How types are written into revisions: as the database stores them, without the application.

A revision must run when the models have long changed, so a type of the application's own
(``TypeDecorator``) is written as what lies beneath it. Enums and domains are created apart, by
their own line.
"""

from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import _repr_type
from sqlalchemy.dialects import postgresql

from .stored import stored_type


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Return the source of a type that Alembic would not write well (``render_item``).

    False leaves everything else to Alembic.
    """
    if kind != "type":
        return False
    stored: Any = stored_type(item, context.migration_context.dialect)
    if isinstance(stored, postgresql.DOMAIN):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        base = _repr_type(stored.data_type, context)
        return f"postgresql.DOMAIN({stored.name!r}, {base}, create_type=False{_schema(stored)})"
    if isinstance(stored, sa.Enum) and stored.native_enum:
        labels = "".join(f"{label!r}, " for label in stored.enums)
        return f"sa.Enum({labels}name={stored.name!r}, create_type=False{_schema(stored)})"
    if stored is not item:
        return _repr_type(stored, context)
    module = type(item).__module__
    if module.startswith("sqlalchemy."):
        return False
    # A type from a library, such as pgvector's: Alembic writes it without its import.
    context.imports.add(f"import {module}")
    return f"{module}.{item!r}"


def _schema(type_: Any) -> str:
    return f", schema={type_.schema!r}" if type_.schema else ""
