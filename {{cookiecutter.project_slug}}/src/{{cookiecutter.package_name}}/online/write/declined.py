"""What the owner's filters in ``db/rules.py`` keep out of a comparison: it counts as alike."""

import warnings
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, exc

from .. import service
from ..internals import name_by_convention
from .places import table_of
from .snapshot import Difference, Key, Snapshot, differences, owner_of

# Alembic's names of what a filter is asked about.
_TYPES: dict[type, str] = {
    sa.Table: "table",
    sa.Column: "column",
    sa.Index: "index",
    sa.UniqueConstraint: "unique_constraint",
    sa.ForeignKeyConstraint: "foreign_key_constraint",
    sa.CheckConstraint: "check_constraint",
}
# What the filter of the table decides.
_WITH_TABLE = ("table", "comment on table", "sequence")


def with_declined_alike(
    found: Snapshot, wanted: Snapshot, metadata: sa.MetaData, connection: Connection
) -> Snapshot:
    """Return *found*, in which what the owner's filters decline is as it is in *wanted*."""
    asks = _Asks(metadata, connection, found)
    declined = {one.key: one.wanted for one in differences(wanted, found) if not asks.lets(one)}
    kept = {key: text for key, text in found.items() if key not in declined}
    return kept | {key: text for key, text in declined.items() if text is not None}


class _Asks:
    """Asks the owner's filters as Alembic does, of the models' object and of the database's."""

    def __init__(self, metadata: sa.MetaData, connection: Connection, found: Snapshot) -> None:
        self._metadata, self._connection = metadata, connection
        self._there = {key.name for key in found if key.kind == "table"}
        self._tables: dict[str, tuple[sa.Table | None, sa.Table | None]] = {}
        self._lets: dict[str, bool] = {}

    def lets(self, difference: Difference) -> bool:
        """Tell whether autogenerate may change the object, and the table that it belongs to."""
        key, owner = difference.key, owner_of(difference.found or difference.wanted or "")[0]
        place = key.name if key.kind == "table" else key.parent or owner
        if not place:
            return True
        if place not in self._tables:
            model = table_of(self._metadata, self._connection, place)
            self._tables[place] = model, self._reflected(place)
            self._lets[place] = _says(place.rpartition(".")[2], *self._tables[place])
        if key.kind in _WITH_TABLE or not self._lets[place]:
            return self._lets[place]
        return _says(key.name, *(self._part(table, key) for table in self._tables[place]))

    def _part(self, table: sa.Table | None, key: Key) -> Any:
        """Return what *table* has under the name of *key*."""
        if table is None:
            return None
        if key.kind in ("column", "comment on column"):
            return table.columns.get(key.name)
        dialect = self._connection.dialect
        parts: list[Any] = [*table.indexes, *table.constraints]
        return next((part for part in parts if name_by_convention(dialect, part) == key.name), None)

    def _reflected(self, place: str) -> sa.Table | None:
        """Return the database's table, as SQLAlchemy reads it."""
        if place not in self._there:
            return None
        schema, _, name = place.rpartition(".")
        options: Any = {"autoload_with": self._connection, "resolve_fks": False}
        with warnings.catch_warnings():
            # A type or an index that it does not know is no matter of a filter.
            warnings.simplefilter("ignore", exc.SAWarning)
            return sa.Table(name, sa.MetaData(), schema=schema or None, **options)


def _says(name: str, model: Any, there: Any) -> bool:
    """Tell what the owner's filters say of an object of the models, of the database, or of both."""
    item = there if model is None else model
    types = [type_ for kind, type_ in _TYPES.items() if isinstance(item, kind)]
    if model is None and getattr(item, "unique", None) and types == ["index"]:
        # Some databases keep no unique rule beside its index.
        types.append("unique_constraint")
    return all(_lets(name, type_, model, there) for type_ in types)


def _lets(name: str, type_: str, model: Any, there: Any) -> bool:
    rules = service.rules()
    if there is not None and type_ != "table":
        table = there.table
        parents = {
            "schema_name": table.schema,
            "table_name": table.name,
            "schema_qualified_table_name": table.fullname,
        }
        if not rules.include_name(name, type_, parents):
            return False
    if model is None:
        return bool(rules.include_object(there, name, type_, True, None))
    return bool(rules.include_object(model, name, type_, False, there))
