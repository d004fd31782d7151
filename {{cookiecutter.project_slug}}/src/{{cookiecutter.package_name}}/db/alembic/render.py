"""How types are written into revisions: enums and domains are created apart, by their own line."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import _repr_type
from sqlalchemy.dialects import postgresql


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Return the source of an enum or a domain that its column does not create (``render_item``).

    False leaves everything else to Alembic.
    """
    if kind != "type":
        return False
    if isinstance(item, postgresql.DOMAIN):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        schema = f", schema={item.schema!r}" if item.schema else ""
        base = _repr_type(item.data_type, context)
        return f"postgresql.DOMAIN({item.name!r}, {base}, create_type=False{schema})"
    if isinstance(item, sa.Enum) and item.native_enum:
        labels = "".join(f"{label!r}, " for label in item.enums)
        schema = f", schema={item.schema!r}" if item.schema else ""
        return f"sa.Enum({labels}name={item.name!r}, create_type=False{schema})"
    return False
