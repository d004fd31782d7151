"""What is compared: include_name and include_object on the declaration in ``ownership.py``.

``include_name`` keeps strangers from being read at all, ``include_object`` from being
proposed. Names are compared as (schema, name) with None for the connection's default schema,
so that a model that says ``schema="public"`` meets its own table.
"""

import fnmatch
from collections.abc import MutableMapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from .. import service
from ..service import ownership
from ..session.version_table import version_table
from .history import TABLES, created
from .models import as_one
from .places import place_of

Name = tuple[str | None, str]
# What a database takes for the options of a foreign key that says nothing.
_UNSAID = (None, False, "NO ACTION", "IMMEDIATE")
SKIP = "skip_autogenerate"


class Filters:
    """The two filters for one run against one connection."""

    def __init__(
        self,
        metadata: MetaData | Sequence[MetaData],
        connection: Connection | None,
        script: ScriptDirectory,
        *,
        ignored: tuple[str, ...] = ownership.IGNORED_NAMES,
        retired: frozenset[str] = ownership.RETIRED_TABLES,
    ) -> None:
        """Read the owned names from *metadata*; those of past revisions only when asked for."""
        metadata = as_one(metadata)
        self._rules = service.rules()
        self._default_schema = (
            connection.dialect.default_schema_name if connection is not None else None
        )
        self._script = script
        self._ignored = ignored
        table = version_table()
        # Of no model and of no revision, whatever they are called.
        self._noted = {self._key(table.schema, name) for name in table.names}
        self._models = {
            self._key(table.schema, table.name)
            for table in as_one(metadata).tables.values()
            if not table.info.get(SKIP)
        }
        self._skipped = {
            self._key(table.schema, table.name)
            for table in as_one(metadata).tables.values()
            if table.info.get(SKIP)
        }
        self._retired = {self._split(name) for name in retired}
        self._past: set[Name] | None = None
        # Late: it asks this module which objects say SKIP.
        from . import sides

        self._sides = sides.begin(metadata, connection, self.reads)

    def include_name(
        self, name: str | None, type_: str, parent_names: MutableMapping[Any, str | None]
    ) -> bool:
        """Tell whether autogenerate may read this name from the database."""
        if not self._rules.include_name(name, type_, parent_names):
            return False
        if type_ == "table" and self._is_alike(parent_names.get("schema_name"), name):
            return False
        return self._may_read(name, type_, parent_names)

    def reads(self, place: str) -> bool:
        """Tell whether the table that snapshots call *place* is looked at."""
        schema, _, name = place.rpartition(".")
        parents = {"schema_name": schema or None, "schema_qualified_table_name": place}
        return bool(
            self._rules.include_name(name, "table", parents)
            and self._may_read(name, "table", parents)
        )

    def _may_read(
        self, name: str | None, type_: str, parent_names: MutableMapping[Any, str | None]
    ) -> bool:
        if type_ == "schema":
            return name is None or any(schema == name for schema, _ in self._owned())
        if type_ == "table" and name is not None:
            return self._owns(self._key(parent_names.get("schema_name"), name))
        return True

    def include_object(
        self, object_: Any, name: str | None, type_: str, reflected: bool, compare_to: Any
    ) -> bool:
        """Tell whether autogenerate may propose a change of this object."""
        if any(_says_skip(item) for item in (object_, compare_to) if item is not None):
            return False
        if not self._rules.include_object(object_, name, type_, reflected, compare_to):
            return False
        if type_ == "table":
            if self._is_alike(object_.schema, object_.name):
                return False
            return not reflected or self._owns(self._key(object_.schema, object_.name))
        if type_ == "foreign_key_constraint" and compare_to is not None:
            # Alembic takes a schema that is spelled out for another one.
            return self._reference(object_) != self._reference(compare_to)
        # A stranger's index or column on a table of ours is not ours to drop.
        return not (reflected and compare_to is None and self._ignores(name))

    def _is_alike(self, schema: str | None, name: str | None) -> bool:
        """Tell whether the server writes the table down alike for both sides: it is not compared."""
        if self._sides is None or name is None:
            return False
        return place_of(schema, name, self._default_schema) in self._sides.alike

    def _owns(self, key: Name) -> bool:
        if key in self._skipped or key in self._noted:
            return False
        if key in self._models or key in self._retired:
            return True
        return key in self._owned() and not self._ignores(key[1])

    def _owned(self) -> set[Name]:
        if self._past is None:
            self._past = {self._key(*name) for name in created(self._script, TABLES)}
        return self._models | self._retired | self._past

    def _ignores(self, name: str | None) -> bool:
        return name is not None and any(fnmatch.fnmatch(name, p) for p in self._ignored)

    def _reference(self, key: sa.ForeignKeyConstraint) -> tuple[Any, ...]:
        """Return what a foreign key says, its target's schema as ``_key`` has it."""
        targets = [element.column for element in key.elements]
        tables = [self._key(column.table.schema, column.table.name) for column in targets]
        options = (key.onupdate, key.ondelete, key.deferrable, key.initially)
        return (
            [column.name for column in key.columns],
            [(*table, column.name) for table, column in zip(tables, targets, strict=True)],
            [None if said in _UNSAID else str(said).upper() for said in options],
        )

    def _split(self, name: str) -> Name:
        schema, _, table = name.rpartition(".")
        return self._key(schema or None, table)

    def _key(self, schema: str | None, name: str) -> Name:
        return (None if schema == self._default_schema else schema, name)


def _says_skip(item: Any) -> bool:
    """Tell whether the object, or a column it rests on, carries ``skip_autogenerate``."""
    if getattr(item, "info", {}).get(SKIP):
        return True
    columns = getattr(item, "columns", ()) if not hasattr(item, "tables") else ()
    is_table = hasattr(item, "primary_key") and hasattr(item, "indexes")
    return not is_table and any(getattr(column, "info", {}).get(SKIP) for column in columns)
