"""From a difference between two snapshots of MySQL to the operation that takes it away."""

from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy.sql.elements import conv

from ...internals import index_name, name_by_convention
from ...write import made
from ...write.models import models_of
from ...write.places import table_of
from ...write.plain_rule import plain_rule
from ...write.snapshot import Difference, Key, Snapshot
from ..operations.information_schema import InformationSchema
from ..operations.renames import RenameIndex
from .recipes import recipe
from .stored_indexes import stored_index
from .touched import touched

__all__ = ["Made", "recipe", "touched"]

_NUMBERS = " auto_increment"


class Made(made.Made):
    """Indexes that only differ in their names are renamed; the rest is made object by object."""

    def __init__(
        self,
        context: MigrationContext,
        proposed: list[MigrateOperation],
        wanted: Snapshot,
        found: Snapshot,
    ) -> None:
        """Begin with what was *proposed*."""
        super().__init__(context, proposed, wanted, found)
        self._renamed: set[Key] = set()
        self._rename()

    @property
    def _models(self) -> sa.MetaData:
        metadata: sa.MetaData = models_of(self.context)
        return metadata

    def _rename(self) -> None:
        gone: dict[tuple[str, str], list[Key]] = {}
        for key in sorted(self.found.keys() - self.wanted.keys()):
            if key.kind == "index" and Key("constraint", *key[1:]) not in self.found:
                gone.setdefault((key.parent, self.found[key]), []).append(key)
        for key in sorted(self.wanted.keys() - self.found.keys()):
            olds = gone.get((key.parent, self.wanted[key])) if key.kind == "index" else None
            if not olds or Key("constraint", *key[1:]) in self.wanted:
                continue
            old = olds.pop(0)
            self.operations = [
                operation
                for operation in self.operations
                if not {key, old} & set(touched(self.connection, operation))
            ]
            self.operations.append(RenameIndex(key.parent, old.name, key.name))
            self._renamed |= {key, old}

    def make_index(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts an index right: dropped, built, or both."""
        key = difference.key
        if key in self._renamed:
            return []
        table = table_of(self._models, self.connection, key.parent)
        made_here: list[MigrateOperation] = []
        if difference.found is not None:
            old = stored_index(self.connection, key.parent, None, key.name)
            if old is None:
                return None
            made_here.append(old.reverse())
        if difference.wanted is not None:
            for index in table.indexes if table is not None else ():
                if index_name(self.connection.dialect, index.name) == key.name:
                    return [*made_here, ops.CreateIndexOp.from_index(index)]
            # Those of unique rules and foreign keys come with these.
            return None
        return made_here

    def make_column(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return the change of a column that is there on both sides, unless it is a generated one."""
        key = difference.key
        table = table_of(self._models, self.connection, key.parent)
        column = None if table is None else table.columns.get(key.name)
        texts = (difference.wanted, difference.found)
        if column is None or None in texts or any(" AS " in str(text) for text in texts):
            return None
        if len({_NUMBERS in str(text) for text in texts}) == 2:
            return None
        reflected = self._reflected(key.parent).columns[key.name]
        return [
            ops.AlterColumnOp(
                key.parent,
                key.name,
                existing_type=reflected.type,
                existing_nullable=reflected.nullable,
                existing_server_default=reflected.server_default,
                existing_comment=reflected.comment,
                modify_type=column.type,
            )
        ]

    def make_constraint(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts a rule right: dropped and added, where it has a name."""
        key = difference.key
        table = table_of(self._models, self.connection, key.parent)
        if table is None or key.name == "PRIMARY":
            return None
        dialect = self.connection.dialect
        new: list[Any] = [
            rule for rule in table.constraints if name_by_convention(dialect, rule) == key.name
        ]
        if difference.wanted is not None and not new:
            return None
        made_here: list[MigrateOperation] = []
        if difference.found is not None:
            rules = self._reflected(key.parent).constraints
            old = next((rule for rule in rules if rule.name == key.name), None)
            if old is None:
                return None
            old.name = conv(key.name)
            made_here.append(ops.DropConstraintOp.from_constraint(old))
        plain = [plain_rule(rule, key.name, dialect) for rule in new]
        return [*made_here, *(ops.AddConstraintOp.from_constraint(rule) for rule in plain)]

    def _reflected(self, table: str) -> sa.Table:
        read = InformationSchema(self.connection)

        def column_is_read(_: Any, of: sa.Table, column: Any) -> None:
            read.tell_json(of.name, of.schema, column)

        # With the tables that its foreign keys name: these are to be written again.
        return sa.Table(
            table,
            sa.MetaData(),
            autoload_with=self.connection,
            listeners=[("column_reflect", column_is_read)],
        )
