"""The operations of one batch, made on the text of a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from ...internals import ddl_compiler, is_created
from ...session.errors import DatabaseError
from .definition import Clause, Column, Definition
from .tokens import tokens

_KINDS = {
    sa.CheckConstraint: "CHECK",
    sa.UniqueConstraint: "UNIQUE",
    sa.ForeignKeyConstraint: "FOREIGN",
    sa.PrimaryKeyConstraint: "PRIMARY",
}


class Edits:
    """Changes *definition* as Alembic's calls on a batch say; the names are Alembic's."""

    def __init__(
        self,
        dialect: Dialect,
        table: str,
        definition: Definition,
        literal: Callable[[Any], str],
    ) -> None:
        """Take the *table*'s *definition*; *literal* makes SQL of a server default."""
        self._ddl = ddl_compiler(dialect)
        self._table = table
        self._definition = definition
        self._literal = literal
        # What the rows are asked before they move: rules that they may break.
        self.new_rules: list[Clause] = []
        self.new_not_null: list[Column] = []

    def add_column(self, table_name: str, column: sa.Column[Any], **options: Any) -> None:
        """Add *column* at the end."""
        if self._definition.column(column.name) is not None:
            if options.get("if_not_exists"):
                return
            raise DatabaseError(f"{self._table} has a column {column.name} already")
        added = Column.of(tokens(self._ddl.get_column_specification(column)))
        for rule in column.constraints:
            added.clauses.append(_clause_of(self._ddl.process(rule)))
        self._definition.columns.append(added)

    def drop_column(self, table_name: str, column: sa.Column[Any], **options: Any) -> None:
        """Take *column* away, and the rules on it alone; refuses while one rests on others too."""
        found = self._definition.column(column.name)
        if found is None and options.get("if_exists"):
            return
        self._definition.columns.remove(self._known(column.name))
        for rule in [rule for rule in self._definition.rules if rule.mentions(column.name)]:
            if any(rule.mentions(other.name) for other in self._definition.columns):
                raise DatabaseError(
                    f"{self._table}.{column.name} cannot go while the rule {rule.text!r} rests on "
                    "it: drop that first, in the same batch"
                )
            self._definition.rules.remove(rule)

    def alter_column(
        self,
        table_name: str,
        column_name: str,
        *,
        nullable: bool | None = None,
        server_default: Any = False,
        type_: Any = None,
        **_: Any,
    ) -> None:
        """Change a column's type, its default, or whether it takes NULL."""
        column = self._known(column_name)
        if type_ is not None:
            text = self._ddl.dialect.type_compiler_instance.process(type_)
            typed = Column.of(tokens(f"c {text}"))
            # A collation is part of SQLAlchemy's type, and a clause of its own in SQL.
            column.type = typed.type
            column.clauses = [*column.without("COLLATE"), *typed.clauses]
        if server_default is not False:
            if column.has("GENERATED") or isinstance(server_default, sa.Computed | sa.Identity):
                raise DatabaseError(
                    f"{self._table}.{column_name}: a column becomes a generated one, or ceases to "
                    "be one, by a new column in its place"
                )
            column.clauses = column.without("DEFAULT")
            if server_default is not None:
                text = f"DEFAULT {self._literal(server_default)}"
                column.clauses.insert(0, Clause(None, "DEFAULT", text))
        if nullable is True:
            column.clauses = [c for c in column.clauses if c.kind not in ("NOT NULL", "NULL")]
        elif nullable is False and not column.has("NOT NULL"):
            column.clauses = [
                *(c for c in column.clauses if c.kind != "NULL"),
                Clause(None, "NOT NULL", "NOT NULL"),
            ]
            self.new_not_null.append(column)

    def add_constraint(self, constraint: Any, **_: Any) -> None:
        """Add a rule of the table, where it is one in SQL."""
        if not is_created(constraint, self._ddl):
            return
        text = self._ddl.process(constraint)
        if not text:
            return
        clause = _clause_of(text)
        if clause.name and any(old.name == clause.name for old in self._definition.rules):
            raise DatabaseError(f"{self._table} has a rule {clause.name} already")
        self._definition.rules.append(clause)
        self.new_rules.append(clause)

    def drop_constraint(self, constraint: Any, **_: Any) -> None:
        """Take away the rule of this name, of the table or inside a column."""
        name = str(constraint.name or "")
        for holder in [self._definition.rules, *(c.clauses for c in self._definition.columns)]:
            for clause in holder:
                if name and clause.name == name and clause.kind != "PRIMARY":
                    holder.remove(clause)
                    return
        raise DatabaseError(
            f"{self._table} has no rule {name or 'without a name'} that could be dropped; its "
            f"rules: {', '.join(r.name or r.text for r in self._definition.rules) or 'none'}"
        )

    def _known(self, name: str) -> Column:
        column = self._definition.column(name)
        if column is None:
            raise DatabaseError(f"{self._table} has no column {name}")
        return column


def _clause_of(text: str) -> Clause:
    return Definition.of(f"CREATE TABLE t (c, {text})").rules[0]
