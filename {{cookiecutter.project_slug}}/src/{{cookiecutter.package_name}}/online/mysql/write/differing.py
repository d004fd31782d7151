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
from .recipes import recipe
from .stored_indexes import stored_index
from .touched import touched

__all__ = ["Made", "recipe", "touched"]

_UNENFORCED = " NOT ENFORCED"
_NUMBERS = " auto_increment"
_GENERATED = re.compile(r" ((?:VIRTUAL|STORED) GENERATED AS .*?)(?: COMMENT '|$)", re.DOTALL)
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
        self.operations = [one for one in self.operations if not self._is_beyond(one)]
        self._renamed: set[Key] = set()
        self._rename()
        self._keep_indexed()

    @property
    def _models(self) -> sa.MetaData:
        metadata: sa.MetaData = models_of(self.context)
        return metadata

    def _rename(self) -> None:
        gone: dict[tuple[str, str], list[Key]] = {}
        for key in sorted(self.found.keys() - self.wanted.keys()):
            if key.kind == "index" and not self._comes_with_rule(key):
                gone.setdefault((key.parent, self.found[key]), []).append(key)
        for key in sorted(self.wanted.keys() - self.found.keys()):
            olds = gone.get((key.parent, self.wanted[key])) if key.kind == "index" else None
            if not olds or self._comes_with_rule(key):
                continue
            old = olds.pop(0)
            self.operations = [
                operation
                for operation in self.operations
                if not {key, old} & set(touched(self.connection, operation))
            ]
            self.operations.append(RenameIndex(key.parent, old.name, key.name))
            self._renamed |= {key, old}

    def _keep_indexed(self) -> None:
        """Give a foreign key that comes its own index, where it would take one that is to go."""
        going = [
            (key.parent, text.removeprefix("UNIQUE "))
            for key, text in self.found.items()
            if key.kind == "index" and key not in self.wanted
        ]
        for key, text in sorted(self.wanted.items()):
            if key.kind != "index" or key in self.found or not self._comes_with_rule(key):
                continue
            if any(parent == key.parent and old.startswith(text) for parent, old in going):
                columns = text.partition(": ")[2].split(", ")
                self.operations.append(ops.CreateIndexOp(key.name, key.parent, columns))

    def _comes_with_rule(self, key: Key) -> bool:
        """Tell whether the index *key* comes or goes with the foreign key that has its name."""
        rule = Key("constraint", *key[1:])
        return (rule in self.wanted) != (rule in self.found)

    def make_index(self, difference: Difference) -> list[MigrateOperation] | None:
        """Return what puts an index right: dropped, built, or both."""
        key = difference.key
        if key in self._renamed or self._comes_with_rule(key):
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
        if any(_made_of(text) for text in texts) or self._is_another(key):
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
        """Return the change of type that makes of the column what the model says."""
        name = column.table.name
        reflected = self._reflected(name).columns[column.name]
        key = Key("column", name, column.name)
        changes: dict[str, Any] = {}
        if isinstance(column.server_default, sa.FetchedValue):
            # A default that the model does not know is none in a database of the model's own.
            is_known = isinstance(column.server_default, sa.DefaultClause)
            changes = {} if is_known else {"modify_server_default": None}
        types = {side[key].partition(" DEFAULT ")[0] for side in (self.wanted, self.found)}
        if len(types) == 2 or not changes:
            changes["modify_type"] = column.type
        return ops.AlterColumnOp(
            name,
            column.name,
            existing_type=reflected.type,
            existing_nullable=reflected.nullable,
            existing_server_default=reflected.server_default,
            existing_comment=reflected.comment,
            **changes,
        )

    def _is_beyond(self, operation: MigrateOperation) -> bool:
        """Tell whether *operation* changes of a column what changes with it and cannot."""
        if not isinstance(operation, ops.AlterColumnOp):
            return False
        return any(self._is_another(key) for key in touched(self.connection, operation))

    def _is_another(self, key: Key) -> bool:
        """Tell whether both sides number the column, or make it of others, in another way."""
        texts = self.wanted.get(key), self.found.get(key)
        if key.kind != "column" or None in texts:
            return False
        return len({(_NUMBERS in str(text), _made_of(text)) for text in texts}) == 2

    def _reflected(self, table: str) -> sa.Table:
        return reflected_table(self.connection, table)


def _made_of(text: str | None) -> str | None:
    """Return of what a column is made whose snapshot is *text*; None for a plain one."""
    found = _GENERATED.search(text or "")
    return found and found[1]
