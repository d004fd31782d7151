"""Alembic's operations on MySQL: each looks whether it has been done, and goes online.

SQL of the author's own (``op.execute``) is sent as it stands.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Constraint, ForeignKeyConstraint, UniqueConstraint, schema
from sqlalchemy.exc import DBAPIError

from ...internals import is_created
from ...session.errors import DatabaseError
from ..session.driver import DIALECT, number
from . import definitions, references
from .information_schema import InformationSchema
from .reflecting import reflect_column
from .sending import SendingImpl
from .volatile_defaults import UNSAFE, add_step_by_step


class OnlineImpl(SendingImpl):
    """Takes the place of Alembic's MySQLImpl: the last class of a dialect's name counts."""

    __dialect__ = DIALECT

    def autogen_column_reflect(self, inspector: Any, table: sa.Table, column_info: Any) -> None:
        """Read a column as what it is, for the way back of one that goes."""
        reflect_column(inspector, table, column_info)

    def create_table(self, table: sa.Table, **kw: Any) -> None:
        """Create the table, unless one with the same columns is there."""
        wanted = {column.name for column in table.columns}
        self._make_writable(*table.columns)
        self._once(
            lambda look: look.columns(table.name, table.schema) == wanted,
            lambda: super(OnlineImpl, self).create_table(table),
        )

    def drop_table(self, table: sa.Table, **kw: Any) -> None:
        """Drop the table, if it is there."""
        self._once(
            lambda look: not look.columns(table.name, table.schema),
            lambda: super(OnlineImpl, self).drop_table(table),
        )

    def rename_table(
        self, old_table_name: str, new_table_name: str | Any, schema: str | Any = None
    ) -> None:
        """Rename the table, unless only the new name is there."""
        self._once(
            lambda look: (
                bool(look.columns(new_table_name, schema))
                and not look.columns(old_table_name, schema)
            ),
            lambda: super(OnlineImpl, self).rename_table(old_table_name, new_table_name, schema),
        )

    def add_column(
        self, table_name: str, column: sa.Column[Any], *, schema: str | Any = None, **kw: Any
    ) -> None:
        """Add the column, unless it is there."""
        self._make_writable(column)
        try:
            self._once(
                lambda look: look.has_column(table_name, schema, column.name),
                lambda: super(OnlineImpl, self).add_column(table_name, column, schema=schema),
            )
        except DBAPIError as error:
            if number(error) != UNSAFE:
                raise
            add_step_by_step(self, table_name, column, schema)

    def drop_column(
        self, table_name: str, column: sa.Column[Any], *, schema: str | None = None, **kw: Any
    ) -> None:
        """Drop the column, if it is there."""
        self._once(
            lambda look: not look.has_column(table_name, schema, column.name),
            lambda: super(OnlineImpl, self).drop_column(table_name, column, schema=schema),
        )

    def create_index(self, index: sa.Index, **kw: Any) -> None:
        """Create the index, unless one on the same columns has its name."""
        assert index.table is not None
        table = index.table
        name = self._stored_name(index)
        wanted = [getattr(expression, "name", None) for expression in index.expressions]
        self._once(
            lambda look: look.index(table.name, table.schema, name) == wanted,
            lambda: self.change(
                table.name, table.schema, definitions.add_index_clause(self.dialect, index)
            ),
        )

    def drop_index(self, index: sa.Index, **kw: Any) -> None:
        """Drop the index, if it is there."""
        assert index.table is not None
        table = index.table
        name = self._stored_name(index)
        quoted = self.dialect.identifier_preparer.quote(name)
        self._once(
            lambda look: not look.index(table.name, table.schema, name),
            lambda: self.change(table.name, table.schema, f"DROP INDEX {quoted}"),
        )

    def add_constraint(self, const: Any, **kw: Any) -> None:
        """Add the constraint, unless it is there; a foreign key without a copy of the table."""
        if not is_created(const, self):
            return
        table, name = const.table, self._stored_name(const)
        add = schema.AddConstraint(const)
        self._once(
            lambda look: look.has_constraint(table.name, table.schema, name),
            lambda: (
                self._add_foreign_key(const, name, add)
                if isinstance(const, ForeignKeyConstraint)
                else self.send(add)
            ),
        )

    def drop_constraint(self, const: Constraint, **kw: Any) -> None:
        """Drop the constraint, if it is there."""
        table = const.table
        name = self._stored_name(const)
        quoted = self.dialect.identifier_preparer.quote(name)
        kind = {ForeignKeyConstraint: "FOREIGN KEY", UniqueConstraint: "INDEX"}
        # Both servers know DROP CONSTRAINT, MySQL since 8.0.19; older forms are kept where it can be.
        drop = f"DROP {kind.get(type(const), 'CONSTRAINT')} {quoted}"
        if isinstance(const, ForeignKeyConstraint) and not self.as_sql:
            # The index that came with the key goes with it.
            implied = InformationSchema(self._live).index(table.name, table.schema, name)
            drop += f", DROP INDEX {quoted}" if implied else ""
        self._once(
            lambda look: not look.has_constraint(table.name, table.schema, name),
            lambda: self.change(table.name, table.schema, drop),
        )

    def alter_column(
        self, table_name: str, column_name: str, *, schema: str | None = None, **kw: Any
    ) -> None:
        """Change the column, and leave all else about it as the information schema has it."""
        name = kw.get("name")
        if name is not None:
            self._once(
                lambda look: (
                    look.has_column(table_name, schema, name)
                    and not look.has_column(table_name, schema, column_name)
                ),
                lambda: super(OnlineImpl, self).alter_column(
                    table_name, column_name, schema=schema, **kw
                ),
            )
            return
        if self.as_sql:
            if kw.get("server_default", False) is None and kw.get("existing_nullable") is not False:
                # Without any default, a nullable column would have to be named in every INSERT.
                if definitions.bears_no_literal(self.dialect, kw.get("existing_type")):
                    kw["type_"] = kw["existing_type"]
                else:
                    kw["server_default"] = sa.text("NULL")
            super().alter_column(table_name, column_name, schema=schema, **kw)
            return
        found = InformationSchema(self._live).column(table_name, schema, column_name)
        if found is None:
            raise DatabaseError(f"{table_name} has no column {column_name} to change")
        self.change(table_name, schema, definitions.change_clause(self.dialect, found, kw))

    def _add_foreign_key(self, key: ForeignKeyConstraint, name: str, add: Any) -> None:
        """Add the key without its own look at the rows, which would copy the table; look ourselves."""
        if not self.as_sql:
            references.refuse_orphans(self._live, key, name)
        with references.unwatched(self.send_plainly):
            self.send(add)
        if self.as_sql:
            return
        try:
            # Those that came in between: from here on the key itself watches.
            references.refuse_orphans(self._live, key, name)
        except DatabaseError:
            drop = f"DROP FOREIGN KEY {self.dialect.identifier_preparer.quote(name)}"
            self.change(key.table.name, key.table.schema, drop)
            raise

    def _make_writable(self, *columns: sa.Column[Any]) -> None:
        """Leave out NOT NULL of generated columns on MariaDB, which takes it for an error."""
        for column in columns:
            if column.computed is not None and getattr(self.dialect, "is_mariadb", False):
                column.nullable = True
