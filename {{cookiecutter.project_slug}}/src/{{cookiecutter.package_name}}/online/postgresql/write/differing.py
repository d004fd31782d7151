"""From a difference between two snapshots of PostgreSQL to the operation that takes it away."""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.sql.elements import conv

from ...internals import index_name, name_by_convention
from ...phase import CONTRACT, in_phase
from ...write.aspects import only
from ...write.change import key_of
from ...write.places import place_of, table_of
from ...write.plain_rule import plain_rule
from ...write.snapshot import Difference, Key, Snapshot
from ...write.tables import checks_of_columns
from ...write.touched import touched as alembics
from ..operations import exclusions, index_swap, renames, storage, unique
from ..operations.numbering import SERIAL, SetNumbering
from .columns_differing import altered
from .comments_differing import said_of_rules
from .exclusions_differing import exclusion_changed
from .named_differing import NamedObjects
from .numbering import is_identity, numbering
from .recipes import recipe
from .reflected import as_kept, texts_kept, timing_kept
from .storage_differing import parameters_changed

__all__ = ["Made", "recipe", "touched"]

_CREATED_INDEX = re.compile(r'^(CREATE (?:UNIQUE )?INDEX )("(?:[^"]|"")*"|\S+) ON ')


def touched(connection: Connection, operation: MigrateOperation) -> Iterator[Key]:
    """Yield the objects that *operation* changes; none for one that is not known."""
    yield from alembics(connection, operation)
    place = place_of(*key_of(operation), connection.dialect.default_schema_name)
    if isinstance(operation, exclusions.CreateExclusion | exclusions.DropExclusion):
        yield Key("constraint", place, operation.constraint_name)
    elif isinstance(operation, SetNumbering):
        yield Key("column", place, operation.column_name)
    elif isinstance(operation, unique.ReplacePrimaryKey):
        yield Key("constraint", place, operation.constraint_name)
        yield Key("constraint", place, operation.old or "")


class Made(NamedObjects):
    """Pairs that only differ in their names become renames; the rest is made kind by kind."""

    def __init__(
        self,
        context: MigrationContext,
        proposed: list[MigrateOperation],
        wanted: Snapshot,
        found: Snapshot,
    ) -> None:
        """Begin with what was *proposed*, as the server sees it."""
        super().__init__(context, proposed, wanted, found)
        self._renamed: dict[Key, Key] = {}
        self.operations = [
            exact for one in proposed if not _is_twin(one) for exact in self._exactly(one)
        ]
        self._rename()
        self.operations += said_of_rules(self.connection, wanted, found, self._renamed, self._split)

    def _exactly(self, operation: MigrateOperation) -> list[MigrateOperation]:
        """Return a change of a column as the server sees it: no aspect more, and none less."""
        if isinstance(operation, ops.DropConstraintOp | ops.DropIndexOp):
            return self._dropped(operation)
        if isinstance(operation, ops.DropColumnOp | ops.DropTableOp):
            as_kept(operation, self.found, next(touched(self.connection, operation)))
        if isinstance(operation, ops.DropTableOp):
            return [*self._exclusions_of(operation), operation]
        if not isinstance(operation, ops.AlterColumnOp):
            return [operation]
        comment = operation.modify_comment
        said = only(operation, modify_comment=comment)
        rest = [] if comment is False else [said]
        key = next(touched(self.connection, operation))
        if self.wanted.get(key) == self.found.get(key):
            return [*rest]
        changed = self.make_column(Difference(key, self.wanted.get(key), self.found.get(key)))
        return [operation] if changed is None else [*changed, *rest]

    def _dropped(self, operation: ops.DropConstraintOp | ops.DropIndexOp) -> list[MigrateOperation]:
        """Return a drop whose way back makes what the server keeps, not only what was reflected."""
        key = next(touched(self.connection, operation), None)
        if key is None or key not in self.found:
            return [operation]
        made = self.of(Difference(key, None, self.found[key]))
        return [operation] if made is None else made

    def _exclusions_of(self, operation: ops.DropTableOp) -> list[MigrateOperation]:
        """Return the drops of a table's exclusion constraints, which SQLAlchemy does not reflect."""
        default = self.connection.dialect.default_schema_name
        place = place_of(operation.schema, operation.table_name, default)
        return [
            in_phase(CONTRACT, drop)
            for key, text in self.found.items()
            if (key.kind, key.parent) == ("constraint", place) and text.startswith("EXCLUDE")
            for drop in exclusion_changed(
                key.name, operation.table_name, None, text, operation.schema
            )
        ]

    def _rename(self) -> None:
        """Take index and constraint pairs of one definition for one object under another name."""
        gone: dict[tuple[str, str, str], list[Key]] = {}
        for key in sorted(self.found.keys() - self.wanted.keys()):
            gone.setdefault(_nameless(key, self.found[key]), []).append(key)
        for key in sorted(self.wanted.keys() - self.found.keys()):
            if key.kind not in ("index", "constraint"):
                continue
            olds = gone.get(_nameless(key, self.wanted[key]))
            if not olds:
                continue
            old = olds.pop(0)
            self.operations = [
                operation
                for operation in self.operations
                if not {key, old} & set(touched(self.connection, operation))
            ]
            schema, table = self._split(key.parent)
            self.operations.append(
                index_swap.RenameIndex(old.name, key.name, schema=schema)
                if key.kind == "index"
                else renames.RenameConstraint(table, old.name, key.name, schema=schema)
            )
            self._renamed[key] = old

    def _split(self, place: str) -> tuple[str | None, str]:
        table = table_of(self.models, self.connection, place)
        schema, _, name = place.rpartition(".")
        return (table.schema, table.name) if table is not None else (schema or None, name)

    def make_table(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts a table right, where only its storage parameters differ."""
        found = parameters_changed(difference)
        if found is None:
            return None
        schema, name = self._split(difference.key.name)
        return [storage.SetTableParameters(name, found[0], old=found[1], schema=schema)]

    def make_comment_on_constraint(self, difference: Difference) -> list[MigrateOperation]:
        """Return nothing: it is said already, or goes with its rule."""
        return []

    def make_index(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts an index right: built, dropped, or swapped for its new form."""
        key = difference.key
        if key in self._renamed or key in self._renamed.values():
            return []
        table = table_of(self.models, self.connection, key.parent)
        if table is None:
            return None
        found = parameters_changed(difference)
        if found is not None:
            schema = table.schema
            return [storage.SetIndexParameters(key.name, found[0], old=found[1], schema=schema)]
        made: list[MigrateOperation] = []
        if difference.found is not None:
            old = self._reflected(table, key.name)
            if old is None:
                return None
            made.append(ops.DropIndexOp.from_index(old))
        if difference.wanted is not None:
            dialect = self.connection.dialect
            for index in table.indexes:
                if index_name(dialect, index.name) == key.name:
                    return [*made, ops.CreateIndexOp.from_index(index)]
            return None
        return made

    def _reflected(self, table: sa.Table, name: str) -> sa.Index | None:
        reflected = sa.Table(
            table.name,
            sa.MetaData(),
            schema=table.schema,
            autoload_with=self.connection,
            resolve_fks=False,
        )
        found = next((index for index in reflected.indexes if index.name == name), None)
        return None if found is None else texts_kept(found)

    def make_constraint(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts a rule right: dropped, added, or both."""
        key = difference.key
        if key in self._renamed or key in self._renamed.values():
            return []
        table = table_of(self.models, self.connection, key.parent)
        if table is None:
            return None
        dialect = self.connection.dialect
        mine = [*table.constraints, *checks_of_columns(table)]
        new = next((item for item in mine if name_by_convention(dialect, item) == key.name), None)
        texts = [text for text in (difference.wanted, difference.found) if text]
        if any(text.startswith("PRIMARY KEY") for text in texts):
            return None
        if new is None and difference.wanted is not None:
            return None
        schema, name = table.schema, table.name
        if any(text.startswith("EXCLUDE") for text in texts):
            return exclusion_changed(key.name, name, difference.wanted, difference.found, schema)
        made: list[MigrateOperation] = []
        if difference.found is not None:
            old = self._reflected_constraint(table, key.name)
            if old is None:
                return None
            # The name is whole: no convention has anything to add.
            old.name = conv(key.name)
            timing_kept(old, difference.found)
            made.append(ops.DropConstraintOp.from_constraint(old))
        if difference.wanted is not None and new is not None:
            made.append(ops.AddConstraintOp.from_constraint(plain_rule(new, key.name, dialect)))
        return made

    def _reflected_constraint(self, table: sa.Table, name: str) -> Any:
        reflected = sa.Table(
            table.name, sa.MetaData(), schema=table.schema, autoload_with=self.connection
        )
        found = next((item for item in reflected.constraints if item.name == name), None)
        return None if found is None else texts_kept(found)

    def make_column(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts a column right, aspect by aspect."""
        table = table_of(self.models, self.connection, difference.key.parent)
        if table is None:
            return None
        made = altered(self.connection, table, difference)
        key = difference.key
        new, old = numbering(self.wanted, key), numbering(self.found, key)
        becomes_serial = old is None and (new or "").startswith(SERIAL)
        is_numbered = is_identity(difference.wanted) or is_identity(difference.found)
        if made is None or new == old or not (is_numbered or becomes_serial):
            return made
        return [SetNumbering(table.name, key.name, new, old=old, schema=table.schema), *made]


def _is_twin(operation: MigrateOperation) -> bool:
    """Tell whether another library does what ours do: types would be created twice."""
    return type(operation).__module__.partition(".")[0] == "alembic_postgresql_enum"


def _nameless(key: Key, definition: str) -> tuple[str, str, str]:
    if key.kind == "index":
        definition = _CREATED_INDEX.sub(r"\1ON ", definition)
    return key.kind, key.parent, definition
