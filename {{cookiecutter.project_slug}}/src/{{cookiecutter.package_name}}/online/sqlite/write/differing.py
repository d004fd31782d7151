"""From a difference between two snapshots of SQLite to the operation that takes it away."""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.sql.elements import conv

from ...internals import index_name, name_by_convention
from ...operations.colons import with_colons_escaped
from ...write import made
from ...write import touched as shared
from ...write.models import models_of
from ...write.places import table_of
from ...write.plain_rule import plain_rule
from ...write.snapshot import Difference, Key, Snapshot
from ..operations.primary_keys import ChangePrimaryKey
from ..operations.rebuild import definition_of
from ..operations.tokens import parenthesis
from .compare.indexes import read_index
from .options_differing import numbering_of, options_of_table
from .recipes import recipe
from .whole import made_whole

# What a column keeps: how it is generated, and what it does on a conflict.
_FIXED = re.compile(r" as \(.*\) (?:stored|virtual)| on conflict \w+")

__all__ = ["Made", "recipe", "touched"]


def touched(connection: Connection, operation: MigrateOperation) -> Iterator[Key]:
    """Yield the objects that *operation* changes; none for one that is not known."""
    yield from shared.touched(connection, operation)
    if isinstance(operation, ChangePrimaryKey):
        yield Key("constraint", operation.table_name, "PRIMARY KEY")
        for name in {*operation.old, *operation.new}:
            yield Key("column", operation.table_name, name)


class Made(made.Made):
    """Makes what Alembic did not propose, object by object, and completes what it did."""

    def __init__(
        self,
        context: MigrationContext,
        proposed: list[MigrateOperation],
        wanted: Snapshot,
        found: Snapshot,
    ) -> None:
        """Begin with what was *proposed*, each with all that SQLite keeps of its object."""
        super().__init__(context, proposed, wanted, found)
        self.operations = [
            made_whole(self.connection, self._models, operation)
            for operation in self.operations
            if not self._is_beyond(operation)
        ]

    def _is_beyond(self, operation: MigrateOperation) -> bool:
        """Tell whether an object differs in what no operation changes: it is refused by name."""
        if isinstance(
            operation,
            ops.AddColumnOp | ops.DropColumnOp | ops.CreateTableOp | ops.DropTableOp,
        ):
            return any(self._is_twice(key) for key in touched(self.connection, operation))
        if not isinstance(operation, ops.AlterColumnOp):
            return False
        key = Key("column", operation.table_name, operation.column_name)
        wanted, found = (_FIXED.findall(side.get(key, "")) for side in (self.wanted, self.found))
        return bool(wanted != found)

    def _is_twice(self, key: Key) -> bool:
        """Tell whether another name of the other side differs from this one in case alone."""
        same = (key.kind, key.parent, key.name.lower())
        names = {
            other.name
            for other in [*self.wanted, *self.found]
            if (other.kind, other.parent, other.name.lower()) == same
        }
        return len(names) > 1

    @property
    def _models(self) -> sa.MetaData:
        metadata: sa.MetaData = models_of(self.context)
        return metadata

    def make_index(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts an index right: dropped, built, or both."""
        key = difference.key
        table = table_of(self._models, self.connection, key.parent)
        made_here: list[MigrateOperation] = []
        if difference.found is not None:
            old = read_index(self.connection, key.name, sa.Table(key.parent, sa.MetaData()))
            made_here.append(ops.DropIndexOp.from_index(old))
        for index in table.indexes if table is not None and difference.wanted else ():
            if index_name(self.connection.dialect, index.name) == key.name:
                made_here.append(ops.CreateIndexOp.from_index(index))
        return made_here

    def make_table(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what changes the table's options."""
        return options_of_table(difference)

    def make_column(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return nothing to do where it is the table that differs: STRICT reads types otherwise."""
        key = Key("table", "", difference.key.parent)
        return [] if self.wanted.get(key) != self.found.get(key) else None

    def make_constraint(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts a rule right: dropped and added, where it has a name."""
        key = difference.key
        table = table_of(self._models, self.connection, key.parent)
        texts = [text for text in (difference.wanted, difference.found) if text]
        if table is None:
            return None
        if any(text.startswith("primary key") for text in texts):
            return numbering_of(difference)
        dialect = self.connection.dialect
        new: list[Any] = [
            rule for rule in table.constraints if name_by_convention(dialect, rule) == key.name
        ]
        if difference.wanted is not None and not new:
            return None
        made_here: list[MigrateOperation] = []
        if difference.found is not None:
            rules = definition_of(self.connection, key.parent).rules
            if not any(rule.name == key.name for rule in rules):
                return None
            old = self._reflected(key.parent, key.name)
            if old is None:
                return None
            made_here.append(ops.DropConstraintOp.from_constraint(old))
        plain = [plain_rule(rule, key.name, dialect) for rule in new]
        for rule, bare in zip(new, plain, strict=True):
            bare.dialect_kwargs.update(rule.dialect_kwargs)
        made_here += [ops.AddConstraintOp.from_constraint(rule) for rule in plain]
        return [made_whole(self.connection, self._models, operation) for operation in made_here]

    def _reflected(self, table: str, name: str) -> Any:
        reflected = sa.Table(table, sa.MetaData(), autoload_with=self.connection)
        found = next((item for item in reflected.constraints if item.name == name), None)
        if isinstance(found, sa.CheckConstraint):
            rules = definition_of(self.connection, table).rules
            text = next(parenthesis(rule.text) for rule in rules if rule.name == name)
            bare = sa.Table(table, sa.MetaData())
            return sa.CheckConstraint(with_colons_escaped(text), name=conv(name), table=bare)
        return found
