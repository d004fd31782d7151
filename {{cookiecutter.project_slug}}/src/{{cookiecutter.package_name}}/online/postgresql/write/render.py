"""How types with a name are written into revisions: they are created apart, by their own line."""

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.dialects import postgresql

from ...internals import render_type


def render_named_type(stored: Any, context: AutogenContext) -> str | None:
    """Return the source of an enum or a domain, which does not create it; None for other types."""
    if isinstance(stored, postgresql.DOMAIN):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        base = render_type(stored.data_type, context)
        return f"postgresql.DOMAIN({stored.name!r}, {base}, create_type=False{_schema(stored)})"
    if isinstance(stored, sa.Enum) and stored.native_enum:
        labels = "".join(f"{label!r}, " for label in stored.enums)
        return f"sa.Enum({labels}name={stored.name!r}, create_type=False{_schema(stored)})"
    return None


def _schema(type_: Any) -> str:
    return f", schema={type_.schema!r}" if type_.schema else ""
