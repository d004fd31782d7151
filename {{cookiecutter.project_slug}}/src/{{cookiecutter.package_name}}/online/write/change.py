"""One model change as a whole: what its operations need to know of each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ..session import invocation
from ..session.errors import DatabaseError
from .models import models_of

TableKey = tuple[str | None, str]
T = TypeVar("T", bound=MigrateOperation)

# Alembic renders some operations' ``info`` into the file, so our mark is an attribute.
_UNDO = "_undone_by"


class Change:
    """The operations of one script, and the models and the database that they lie between."""

    def __init__(self, context: MigrationContext, operations: list[MigrateOperation]) -> None:
        """Look over the flat list *operations*."""
        self.context = context
        self.connection: Connection | None = None if context.as_sql else context.connection
        self.refusals: list[str] = []
        self._models: sa.MetaData = models_of(context)
        self._allowed = {
            item.strip() for item in (invocation.option(context, "allow") or "").split(",")
        } - {""}
        self.drops = [o for o in operations if isinstance(o, ops.DropTableOp)]
        self.created = {key_of(o) for o in operations if isinstance(o, ops.CreateTableOp)}
        self.dropped = {key_of(o) for o in self.drops}
        self.added = {
            (key_of(o), o.column.name): o.column
            for o in operations
            if isinstance(o, ops.AddColumnOp)
        }
        self.removed = {
            (key_of(o), o.column_name): o for o in operations if isinstance(o, ops.DropColumnOp)
        }
        # Rules that come, as (table, columns), and the foreign keys that go, by name.
        self.unique_to_come = {
            (key_of(o), frozenset(str(column) for column in o.columns))
            for o in operations
            if isinstance(o, ops.CreateUniqueConstraintOp)
        } | {
            (key_of(o), frozenset(str(getattr(column, "name", column)) for column in o.columns))
            for o in operations
            if isinstance(o, ops.CreateIndexOp) and o.unique and key_of(o) not in self.created
        }
        self.references_gone = [
            str(o.constraint_name)
            for o in operations
            if isinstance(o, ops.DropConstraintOp) and o.constraint_type == "foreignkey"
        ]
        self.type_changes = sum(
            isinstance(o, ops.AlterColumnOp) and o.modify_type is not None for o in operations
        )
        self.rules_gone = [o for o in operations if isinstance(o, ops.DropConstraintOp)]
        self.rules_to_come = [o for o in operations if isinstance(o, ops.AddConstraintOp)]
        self.indexes_gone = [o for o in operations if isinstance(o, ops.DropIndexOp)]
        self.indexes_to_come = [o for o in operations if isinstance(o, ops.CreateIndexOp)]
        built = {index_of(o) for o in operations if isinstance(o, ops.CreateIndexOp)}
        # The old form of each index that changes under its name.
        self.replaced = {
            index_of(o): o
            for o in operations
            if isinstance(o, ops.DropIndexOp) and index_of(o) in built
        }

    @classmethod
    def current(cls) -> Change:
        """Return the change that is being written."""
        return _current.get()

    @contextmanager
    def being_written(self) -> Iterator[None]:
        """Let ``Change.current()`` be this one in the body."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def on_new_table(self, operation: MigrateOperation) -> bool:
        """Tell whether the operation's table is created by this change: nobody uses it yet."""
        return key_of(operation) in self.created

    def model(self, key: TableKey) -> sa.Table | None:
        """Return the model's table; a schema that is the connection's default may be spelled out."""
        default = self.context.dialect.default_schema_name
        for table in self._models.tables.values():
            schema = None if table.schema == default else table.schema
            if (schema, table.name) == (None if key[0] == default else key[0], key[1]):
                return table
        return None

    def column(self, key: TableKey, name: str) -> sa.Column[Any] | None:
        """Return the model's column."""
        table = self.model(key)
        return None if table is None else table.columns.get(name)

    def allows(self, kind: str, what: str, info: Any = None) -> bool:
        """Tell whether the author lets *kind* happen to *what* ("table" or "table.column").

        Said by ``-x allow=kind`` or ``-x allow=kind:what``, or by ``info={"allow": kind}``.
        """
        return bool({kind, f"{kind}:{what}"} & self._allowed) or (info or {}).get("allow") == kind

    def refuse(self, what: str, *, why: str, instead: str, allow: str | None = None) -> None:
        """Note a refusal; nothing is written when there is one.

        *what* is a sentence; *allow* says how to let it happen, where that can be.
        """
        lines = [what, f"Why: {why}.", f"Instead: {instead}."]
        if allow is not None:
            lines.append(f"To let it happen as it is: {allow}.")
        self.refusals.append("\n  ".join(lines))

    def raise_refusals(self) -> None:
        """Raise DatabaseError with every refusal, if there is any."""
        if self.refusals:
            raise DatabaseError(
                "No revision was written: what follows cannot be made safe under live traffic.\n\n"
                + "\n\n".join(self.refusals)
            )


def key_of(operation: MigrateOperation) -> TableKey:
    """Return (schema, table) that the operation changes."""
    name = getattr(operation, "table_name", None) or getattr(operation, "source_table", None)
    schema = getattr(operation, "schema", None)
    if isinstance(operation, ops.CreateForeignKeyOp):
        schema = operation.kw.get("source_schema")
    return schema, name or ""


def index_of(operation: ops.CreateIndexOp | ops.DropIndexOp) -> tuple[TableKey, str]:
    """Return ((schema, table), index) that the operation is about."""
    return key_of(operation), str(operation.index_name)


def undone_by(operation: T, *undo: MigrateOperation) -> T:
    """Say what takes *operation* back, in place of its own ``reverse()``; return it."""
    setattr(operation, _UNDO, undo)
    return operation


def undone_also_by(operation: T, *more: MigrateOperation) -> T:
    """Let *more* follow what takes *operation* back; return it."""
    return undone_by(operation, *_undo(operation), *more)


def backwards(operations: Iterable[MigrateOperation]) -> Iterator[MigrateOperation]:
    """Yield what takes *operations* back, last first."""
    for operation in reversed(list(operations)):
        yield from _undo(operation)


def _undo(operation: MigrateOperation) -> Iterator[MigrateOperation]:
    undo = getattr(operation, _UNDO, None)
    if undo is None:
        undo = (operation.reverse(),)
    yield from (step for step in undo if step is not None)


_current: ContextVar[Change] = ContextVar("change")
