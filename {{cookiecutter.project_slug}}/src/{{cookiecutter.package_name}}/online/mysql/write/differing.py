"""From a difference between two snapshots of MySQL to the operation that takes it away."""

import re
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
from ..operations.enforcing import EnforceCheck
from ..operations.reflecting import reflected_table
from ..operations.renames import RenameIndex
from .columns_differing import changed, is_another, is_beyond, made_of
from .indexes_of_keys import comes_with_key, of_new_keys, renamed
from .recipes import recipe
from .stored_indexes import stored_index
from .touched import touched

__all__ = ["Made", "recipe", "touched"]

_UNENFORCED = " NOT ENFORCED"
_COMMENT = re.compile(r" COMMENT '.*$", re.DOTALL)


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
        self.operations = [
            operation
            for operation in self.operations
            if not is_beyond(self.connection, operation, wanted, found)
        ]
        self._renamed: set[Key] = set()
        for old, new in renamed(wanted, found):
            self._take_out(old, new)
            self.operations.append(RenameIndex(new.parent, old.name, new.name))
            self._renamed |= {old, new}
        self.operations += of_new_keys(wanted, found)

    @property
    def _models(self) -> sa.MetaData:
        metadata: sa.MetaData = models_of(self.context)
        return metadata

    def _take_out(self, *keys: Key) -> None:
        """Forget what was proposed for the objects of *keys*."""
        self.operations = [
            operation
            for operation in self.operations
            if not set(keys) & set(touched(self.connection, operation))
        ]

    def make_index(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts an index right: dropped, built, or both."""
        key = difference.key
        if key in self._renamed or comes_with_key(key, self.wanted, self.found):
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

    def make_table(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return the change of a table's comment; its other options copy the table."""
        key, texts = difference.key, (difference.wanted, difference.found)
        table = table_of(self._models, self.connection, key.name)
        if table is None or None in texts or len({_COMMENT.sub("", str(t)) for t in texts}) == 2:
            return None
        old = self._reflected(key.name).comment
        if table.comment is None:
            return [ops.DropTableCommentOp(key.name, existing_comment=old)]
        return [ops.CreateTableCommentOp(key.name, table.comment, existing_comment=old)]

    def make_column(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return the change of a column that is there on both sides, unless it is a generated one."""
        key = difference.key
        table = table_of(self._models, self.connection, key.parent)
        texts = (difference.wanted, difference.found)
        if table is None or None in texts or key.name not in table.columns:
            return None
        if any(made_of(text) for text in texts) or is_another(key, self.wanted, self.found):
            return None
        return [self._changed(table.columns[key.name])]

    def make_constraint(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts a rule right: dropped and added, where it has a name."""
        key = difference.key
        table = table_of(self._models, self.connection, key.parent)
        if table is None or key.name == "PRIMARY":
            return None
        if f"CHECK json_valid(`{key.name}`)" in (difference.wanted, difference.found):
            # MariaDB keeps a document as a text with this rule: what changes is the column's type.
            column = Key("column", *key[1:])
            stays = column in self.wanted and column in self.found
            return [self._changed(table.columns[key.name])] if stays else []
        texts = difference.wanted, difference.found
        if None not in texts and len({str(t).removesuffix(_UNENFORCED) for t in texts}) == 1:
            enforced = str(difference.found).endswith(_UNENFORCED)
            return [EnforceCheck(key.parent, key.name, enforced=enforced)]
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

    def _changed(self, column: sa.Column[Any]) -> MigrateOperation:
        return changed(self.connection, column, self.wanted, self.found)

    def _reflected(self, table: str) -> sa.Table:
        return reflected_table(self.connection, table)
