"""From a difference between two snapshots of PostgreSQL to the operation that takes it away."""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.sql.elements import conv

from ...internals import index_name, name_by_convention, sequences_of
from ...write.aspects import only
from ...write.change import key_of
from ...write.places import place_of, table_of
from ...write.snapshot import Difference, Key, Snapshot
from ...write.tables import checks_of_columns
from ..operations import exclusions, index_swap, renames, schemas, sequences, unique
from .columns_differing import altered
from .exclusions_differing import exclusion_changed
from .prerequisites import named_types

_CREATED_INDEX = re.compile(r'^(CREATE (?:UNIQUE )?INDEX )("(?:[^"]|"")*"|\S+) ON ')
_RECIPES = {
    "table": 'storage parameters: op.execute("ALTER TABLE … SET (…)") in a revision of your own '
    "(a short lock); partitions, inheritance and UNLOGGED need a new table that is filled beside "
    "the old one",
    "column": "a generated column's expression cannot change in its place: add a column of another "
    "name with the new expression, let the code read that, then remove the old one",
    "domain": "in a revision of your own (-x phase=contract), op.execute each of: ALTER DOMAIN … ADD "
    "CONSTRAINT … CHECK (…) NOT VALID; ALTER DOMAIN … VALIDATE CONSTRAINT …; ALTER DOMAIN … DROP "
    "CONSTRAINT (the old one); or SET DEFAULT, SET NOT NULL",
    "comment on constraint": "op.execute(\"COMMENT ON CONSTRAINT … ON … IS '…'\") in a revision of "
    "your own",
}


def recipe(what: str) -> str:
    """Return how to go on by hand with the object *what*, which begins with its kind."""
    for kind in sorted(_RECIPES, key=len, reverse=True):
        if what.startswith(kind):
            return _RECIPES[kind]
    return "write a revision by hand that ends where the models are (op.execute)"


def touched(connection: Connection, operation: MigrateOperation) -> Iterator[Key]:
    """Yield the objects that *operation* changes; none for one that is not known."""
    schema, name = key_of(operation)
    place = place_of(schema, name, connection.dialect.default_schema_name)
    if isinstance(operation, ops.CreateTableOp | ops.DropTableOp):
        yield Key("table", "", place)
    elif isinstance(operation, ops.AddColumnOp):
        yield from _of_column(place, operation.column.name)
    elif isinstance(operation, ops.DropColumnOp | ops.AlterColumnOp):
        yield from _of_column(place, operation.column_name)
    elif isinstance(operation, ops.CreateIndexOp | ops.DropIndexOp):
        yield Key("index", place, index_name(connection.dialect, operation.index_name))
    elif isinstance(operation, ops.AddConstraintOp):
        constraint = operation.to_constraint(MigrationContext.configure(connection))
        named = name_by_convention(connection.dialect, constraint)
        if named:
            yield Key("constraint", place, named)
    elif isinstance(operation, ops.DropConstraintOp):
        yield Key("constraint", place, str(operation.constraint_name))
    elif isinstance(operation, exclusions.CreateExclusion | exclusions.DropExclusion):
        yield Key("constraint", place, operation.constraint_name)
    elif isinstance(operation, unique.ReplacePrimaryKey):
        yield Key("constraint", place, operation.constraint_name)
        yield Key("constraint", place, operation.old or "")
    elif isinstance(operation, ops.CreateTableCommentOp | ops.DropTableCommentOp):
        yield Key("comment on table", place, "")


def _of_column(place: str, name: str) -> Iterator[Key]:
    yield Key("column", place, name)
    yield Key("comment on column", place, name)


class Made:
    """The operations of one change, which grow by those made for what nobody proposed."""

    def __init__(
        self,
        context: MigrationContext,
        proposed: list[MigrateOperation],
        wanted: Snapshot,
        found: Snapshot,
    ) -> None:
        """Begin with what was *proposed*; pairs that only differ in their names become renames."""
        assert context.connection is not None
        self._connection = context.connection
        self._context = context
        self._models: sa.MetaData = context.opts["target_metadata"]
        self._wanted, self._found = wanted, found
        self.operations = [made for one in proposed for made in self._exactly(one)]
        self._renamed: set[Key] = set()
        self._rename()

    def of(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what takes *difference* away; None where nothing is known that does."""
        make = getattr(self, f"_{difference.key.kind.replace(' ', '_')}", None)
        made: list[MigrateOperation] | None = None if make is None else make(difference)
        return made

    def _exactly(self, operation: MigrateOperation) -> list[MigrateOperation]:
        """Return a change of a column as the server sees it: no aspect more, and none less."""
        if not isinstance(operation, ops.AlterColumnOp):
            return [operation]
        comment = operation.modify_comment
        said = only(operation, modify_comment=comment)
        made = [] if comment is False else [said]
        key = next(touched(self._connection, operation))
        if self._wanted.get(key) == self._found.get(key):
            return [*made]
        changed = self._column(Difference(key, self._wanted.get(key), self._found.get(key)))
        return [operation] if changed is None else [*changed, *made]

    def _rename(self) -> None:
        """Take index and constraint pairs of one definition for one object under another name."""
        gone: dict[tuple[str, str, str], list[Key]] = {}
        for key in sorted(self._found.keys() - self._wanted.keys()):
            gone.setdefault(_nameless(key, self._found[key]), []).append(key)
        for key in sorted(self._wanted.keys() - self._found.keys()):
            if key.kind not in ("index", "constraint"):
                continue
            olds = gone.get(_nameless(key, self._wanted[key]))
            if not olds:
                continue
            old = olds.pop(0)
            self.operations = [
                operation
                for operation in self.operations
                if not {key, old} & set(touched(self._connection, operation))
            ]
            schema, table = self._split(key.parent)
            self.operations.append(
                index_swap.RenameIndex(old.name, key.name, schema=schema)
                if key.kind == "index"
                else renames.RenameConstraint(table, old.name, key.name, schema=schema)
            )
            self._renamed |= {key, old}

    def _split(self, place: str) -> tuple[str | None, str]:
        table = table_of(self._models, self._connection, place)
        schema, _, name = place.rpartition(".")
        return (table.schema, table.name) if table is not None else (schema or None, name)

    def _index(self, difference: Difference) -> list[MigrateOperation] | None:
        key = difference.key
        if key in self._renamed:
            return []
        table = table_of(self._models, self._connection, key.parent)
        if table is None:
            return None
        made: list[MigrateOperation] = []
        if difference.found is not None:
            old = self._reflected(table, key.name)
            if old is None:
                return None
            made.append(ops.DropIndexOp.from_index(old))
        if difference.wanted is not None:
            dialect = self._connection.dialect
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
            autoload_with=self._connection,
            resolve_fks=False,
        )
        return next((index for index in reflected.indexes if index.name == name), None)

    def _constraint(self, difference: Difference) -> list[MigrateOperation] | None:
        key = difference.key
        if key in self._renamed:
            return []
        table = table_of(self._models, self._connection, key.parent)
        if table is None:
            return None
        dialect = self._connection.dialect
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
            if isinstance(old, sa.UniqueConstraint):
                # SQLAlchemy does not read it back.
                old.deferrable = " DEFERRABLE" in difference.found or None
                old.initially = "DEFERRED" if " INITIALLY DEFERRED" in difference.found else None
            made.append(ops.DropConstraintOp.from_constraint(old))
        if difference.wanted is not None and new is not None:
            made.append(ops.AddConstraintOp.from_constraint(_plain(new)))
        return made

    def _reflected_constraint(self, table: sa.Table, name: str) -> Any:
        reflected = sa.Table(
            table.name, sa.MetaData(), schema=table.schema, autoload_with=self._connection
        )
        return next((item for item in reflected.constraints if item.name == name), None)

    def _column(self, difference: Difference) -> list[MigrateOperation] | None:
        table = table_of(self._models, self._connection, difference.key.parent)
        if table is None:
            return None
        return altered(self._connection, table, difference)

    def _enum(self, difference: Difference) -> list[MigrateOperation] | None:
        return self._type(difference)

    def _domain(self, difference: Difference) -> list[MigrateOperation] | None:
        return self._type(difference)

    def _type(self, difference: Difference) -> list[MigrateOperation] | None:
        if difference.found is not None:
            return [] if self._has(difference.key.name, "type_name") else None
        for name, creation in named_types(self._models, self._connection.dialect).items():
            if name == difference.key.name:
                return [creation]
        return None

    def _has(self, place: str, attribute: str) -> bool:
        return any(
            place_of(getattr(o, "schema", None), getattr(o, attribute, ""), None) == place
            for o in self.operations
        )

    def _schema(self, difference: Difference) -> list[MigrateOperation]:
        return [schemas.CreateSchema(difference.key.name)]

    def _extension(self, difference: Difference) -> list[MigrateOperation]:
        return [schemas.CreateExtension(difference.key.name)]

    def _is_identity(self, definition: str) -> bool:
        owner = definition.partition(" OWNED BY ")[2].replace('"', "")
        place, _, column = owner.rpartition(".")
        return " AS IDENTITY" in self._wanted.get(Key("column", place, column), "")

    def _sequence(self, difference: Difference) -> list[MigrateOperation] | None:
        default = self._connection.dialect.default_schema_name
        name = difference.key.name
        if difference.found is None:
            for sequence in sequences_of(self._models):
                if place_of(sequence.schema, sequence.name, default) == name:
                    return [sequences.CreateSequence.of(sequence)]
            # That of a serial comes with its column.
            return [] if " OWNED BY " in (difference.wanted or "") else None
        if difference.wanted is None:
            return None
        if self._is_identity(difference.wanted):
            # It follows its column, and its options are the column's.
            return []
        schema, _, bare = name.rpartition(".")
        return [
            sequences.AlterSequence(
                bare, difference.wanted, old=difference.found, schema=schema or None
            )
        ]


def _nameless(key: Key, definition: str) -> tuple[str, str, str]:
    if key.kind == "index":
        definition = _CREATED_INDEX.sub(r"\1ON ", definition)
    return key.kind, key.parent, definition


def _plain(constraint: Any) -> Any:
    """Return a rule that comes with a type as one that stands by itself."""
    if not isinstance(constraint, sa.CheckConstraint):
        return constraint
    bare = sa.Table(constraint.table.name, sa.MetaData(), schema=constraint.table.schema)
    return sa.CheckConstraint(constraint.sqltext, name=conv(str(constraint.name)), table=bare)
