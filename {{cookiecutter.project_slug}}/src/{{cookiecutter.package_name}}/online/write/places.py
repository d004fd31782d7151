"""Where a table is: its name in snapshots, and the way back to the models' table."""

import sqlalchemy as sa
from sqlalchemy import Connection


def table_of(metadata: sa.MetaData, connection: Connection, place: str) -> sa.Table | None:
    """Return the models' table that snapshots call *place*."""
    default = connection.dialect.default_schema_name
    for table in metadata.tables.values():
        if place_of(table.schema, table.name, default) == place:
            return table
    return None


def place_of(schema: str | None, name: str, default: str | None) -> str:
    """Return what snapshots call the table (schema, name)."""
    return name if schema in (None, default) else f"{schema}.{name}"
