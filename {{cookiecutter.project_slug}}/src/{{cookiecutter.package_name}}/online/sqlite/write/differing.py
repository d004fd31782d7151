"""From a difference between two snapshots of SQLite to the operation that takes it away."""

from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops

from ...internals import index_name, name_by_convention
from ...write import made
from ...write.models import models_of
from ...write.places import table_of
from ...write.plain_rule import plain_rule
from ...write.snapshot import Difference
from ...write.touched import touched
from ..operations.rebuild import definition_of
from .compare.indexes import read_index
from .recipes import recipe

__all__ = ["Made", "recipe", "touched"]


class Made(made.Made):
    """Makes what Alembic did not propose, object by object."""

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

    def make_column(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return the change of a column's collation; the other aspects are Alembic's to see."""
        table = table_of(self._models, self.connection, difference.key.parent)
        column = None if table is None else table.columns.get(difference.key.name)
        if column is None or difference.wanted is None or difference.found is None:
            return None
        words = [text.split() for text in (difference.wanted, difference.found)]
        if [_without_collation(one) for one in words][0] != _without_collation(words[1]):
            return None
        reflected = next(
            found
            for found in sa.inspect(self.connection).get_columns(difference.key.parent)
            if found["name"] == difference.key.name
        )
        existing: Any = reflected["type"]
        if isinstance(existing, sa.String):
            existing.collation = _collation(words[1])
        return [
            ops.AlterColumnOp(
                difference.key.parent,
                column.name,
                existing_type=existing,
                existing_nullable=reflected["nullable"],
                modify_type=column.type,
            )
        ]

    def make_constraint(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts a rule right: dropped and added, where it has a name."""
        key = difference.key
        table = table_of(self._models, self.connection, key.parent)
        texts = [text for text in (difference.wanted, difference.found) if text]
        if table is None or any(text.startswith("primary key") for text in texts):
            return None
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
        made_here += [ops.AddConstraintOp.from_constraint(rule) for rule in plain]
        return made_here

    def _reflected(self, table: str, name: str) -> Any:
        reflected = sa.Table(table, sa.MetaData(), autoload_with=self.connection)
        return next((item for item in reflected.constraints if item.name == name), None)


def _collation(words: list[str]) -> str | None:
    """Return the collation among the *words* of a column's definition."""
    return words[words.index("collate") + 1].strip('"') if "collate" in words else None


def _without_collation(words: list[str]) -> list[str]:
    if "collate" not in words:
        return words
    at = words.index("collate")
    return words[:at] + words[at + 2 :]
