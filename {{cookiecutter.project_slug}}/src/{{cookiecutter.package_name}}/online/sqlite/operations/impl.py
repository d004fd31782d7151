"""Alembic on SQLite: what ALTER TABLE cannot do is done by a rebuild that loses nothing.

Stock batch mode makes the table anew from what reflection sees, and so loses what it does not;
and where foreign keys are enforced, it takes the rows along that refer to the table. Here the
same calls (``op.batch_alter_table``, and ``op.alter_column`` and its like without a batch) edit
the table's own text; see ``operations/rebuild.py``.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.ddl.impl import DefaultImpl
from alembic.ddl.sqlite import SQLiteImpl
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ...internals import (
    ApplyBatchImpl,
    BatchOperationsImpl,
    ddl_compiler,
    is_created,
    is_given_table_only,
    take_calls,
)
from ...operations.texts import to_be_read
from ...session.errors import DatabaseError
from .edits import Edits
from .rebuild import definition_of, rebuild
from .reflected import complete
from .violations import refuse_nulls, refuse_rows

Call = tuple[str, tuple[Any, ...], dict[str, Any]]
# What a batch holds that ALTER TABLE and CREATE INDEX can do.
_PLAIN = {"create_index", "rename_table"}
_NOT_CONSTANT = "non-constant default"
_COMMENTS = {"create_table_comment", "drop_table_comment", "create_column_comment"}


class RebuildingImpl(SQLiteImpl):
    """Alembic's implementation for SQLite; defining it puts it in the place of the stock one."""

    __dialect__ = "sqlite"
    transactional_ddl = True

    def requires_recreate_in_batch(self, batch_op: BatchOperationsImpl) -> bool:
        """Do the work of a batch here, and leave nothing to Alembic's own way."""
        if not is_given_table_only(batch_op):
            raise DatabaseError(
                f"batch_alter_table({batch_op.table_name!r}) takes no arguments here but the "
                "table's name: a rebuild keeps what the table has"
            )
        self._do(batch_op.table_name, take_calls(batch_op))
        return False

    def prep_table_for_batch(self, batch_impl: ApplyBatchImpl, table: sa.Table) -> None:
        """Refuse the stock way."""
        raise DatabaseError(
            f"batch_alter_table({table.name!r}, recreate='always') would lose what reflection "
            "does not see: leave recreate out"
        )

    def add_column(self, table_name: str, column: sa.Column[Any], **options: Any) -> None:
        """Add a column; one that is there already is passed over where the caller says so."""
        if options.pop("if_not_exists", None) and self._has_column(table_name, column.name):
            return
        call = ("add_column", (table_name, column), options)
        if _rebuilds(call):
            self._rebuild(table_name, [call])
            return
        try:
            super().add_column(table_name, column, **options)
        except DBAPIError as error:
            if _NOT_CONSTANT not in str(error.orig):
                raise
            # Only a table with rows cannot take it, as on the way back.
            self._rebuild(table_name, [call])

    def drop_column(self, table_name: str, column: sa.Column[Any], **options: Any) -> None:
        """Drop a column by a rebuild: SQLite's own way refuses where anything rests on it."""
        self._do(table_name, [("drop_column", (table_name, column), options)])

    def alter_column(self, table_name: str, column_name: str, **options: Any) -> None:
        """Rename a column, or change it by a rebuild."""
        self._do(table_name, [("alter_column", (table_name, column_name), options)])

    def add_constraint(self, const: Any, **options: Any) -> None:
        """Add a rule by a rebuild, unless it is one that comes with a type and is no SQL."""
        if is_created(const, self):
            self._do(const.table.name, [("add_constraint", (const,), options)])

    def drop_constraint(self, const: Any, **options: Any) -> None:
        """Drop a rule by a rebuild."""
        self._do(const.table.name, [("drop_constraint", (const,), options)])

    def render_ddl_sql_expr(
        self, expr: Any, is_server_default: bool = False, is_index: bool = False, **kw: Any
    ) -> str:
        """Write a default without parentheses of ours: SQLAlchemy adds them where there must be."""
        text = DefaultImpl.render_ddl_sql_expr(
            self, expr, is_server_default, is_index=is_index, **kw
        )
        return to_be_read(text, self.dialect, is_index=is_index)

    def autogen_column_reflect(self, inspector: Any, table: sa.Table, info: Any) -> None:
        """Read what SQLAlchemy does not; a default stays as it was read, for the same reason."""
        complete(inspector.bind, str(table.name), info)

    def _do(self, table: str, calls: list[Call]) -> None:
        """Make *calls* on *table* in their order, in as few rebuilds as can be."""
        pending: list[Call] = []
        late: list[Call] = []
        for call in calls:
            name, args, options = call
            if name == "drop_index":
                # Before the rebuild, which would make it again.
                super().drop_index(*args, **options)
            elif name in _PLAIN:
                late.append(call)
            elif name == "alter_column" and options.get("name") is not None:
                self._reshape(table, pending)
                super().alter_column(args[0], args[1], name=options["name"])
                rest = {k: v for k, v in options.items() if k != "name"}
                pending = [(name, (args[0], options["name"]), rest)]
            elif name not in _COMMENTS:
                pending.append(call)
        self._reshape(table, [call for call in pending if _changes(call)])
        for name, args, options in late:
            getattr(super(), name)(*args, **options)

    def _reshape(self, table: str, calls: list[Call]) -> None:
        if not any(_rebuilds(call) for call in calls):
            for _, args, options in calls:
                self.add_column(*args, **options)
            return
        self._rebuild(table, calls)

    def _rebuild(self, table: str, calls: list[Call]) -> None:
        connection = self._live(table)
        quoted = self.dialect.identifier_preparer.quote_identifier(table)
        definition = definition_of(connection, table)
        edits = Edits(self.dialect, table, definition, self._default)
        for name, args, options in calls:
            getattr(edits, name)(*args, **options)
        for column in edits.new_not_null:
            refuse_nulls(connection, table, quoted, column)
        for rule in edits.new_rules:
            refuse_rows(connection, table, quoted, rule)
        rebuild(connection, table, definition)

    def _default(self, default: Any) -> str:
        """Return a server default as it stands after DEFAULT."""
        clause = default if isinstance(default, sa.DefaultClause) else sa.DefaultClause(default)
        column = sa.Column("c", sa.Text(), server_default=clause)
        sa.Table("t", sa.MetaData(), column)
        text: str = ddl_compiler(self.dialect).get_column_specification(column)
        return text.partition(" DEFAULT ")[2]

    def _has_column(self, table: str, column: str) -> bool:
        if self.as_sql:
            return False
        return definition_of(self._live(table), table).column(column) is not None

    def _live(self, table: str) -> Connection:
        if self.as_sql or self.connection is None:
            raise DatabaseError(
                f"{table} has to be rebuilt from the text that SQLite keeps of it, which --sql "
                "cannot know: run the upgrade itself"
            )
        return self.connection


def _changes(call: Call) -> bool:
    """Tell whether a change of a column says anything besides what there is."""
    name, _, options = call
    if name != "alter_column":
        return True
    return (
        options.get("nullable") is not None
        or options.get("type_") is not None
        or options.get("server_default", False) is not False
    )


def _rebuilds(call: Call) -> bool:
    """Tell whether ALTER TABLE cannot do it (SQLite docs, "ALTER TABLE ADD COLUMN")."""
    name, args, _ = call
    if name != "add_column":
        return True
    column: sa.Column[Any] = args[1]
    computed = column.computed
    return column.primary_key or (computed is not None and computed.persisted is True)
