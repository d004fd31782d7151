"""What ``skip_autogenerate`` in the models' ``info`` keeps out of the comparison."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from ..internals import name_by_convention
from .filters import SKIP
from .places import place_of
from .snapshot import Key, Snapshot


def without_skipped(found: Snapshot, metadata: sa.MetaData, connection: Connection) -> Snapshot:
    """Return *found* without what the models say to leave alone."""
    skipped = set(_skipped(metadata, connection))
    return {
        key: definition
        for key, definition in found.items()
        if key not in skipped and Key("table", "", key.parent) not in skipped
    }


def _skipped(metadata: sa.MetaData, connection: Connection) -> Iterator[Key]:
    """Yield what ``skip_autogenerate`` keeps out of the comparison."""
    default = connection.dialect.default_schema_name
    for table in metadata.tables.values():
        place = place_of(table.schema, table.name, default)
        if table.info.get(SKIP):
            yield Key("table", "", place)
        for column in table.columns:
            if column.info.get(SKIP):
                yield Key("column", place, column.name)
                yield Key("comment on column", place, column.name)
        rules: list[tuple[str, Any]] = [("index", index) for index in table.indexes]
        for kind, item in [*rules, *(("constraint", rule) for rule in table.constraints)]:
            if any(
                getattr(column, "info", {}).get(SKIP) for column in getattr(item, "columns", ())
            ):
                yield Key(kind, place, name_by_convention(connection.dialect, item) or "")
