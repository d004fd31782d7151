"""``op.backfill``: give existing rows their value in short batches, beside live traffic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.types import TypeEngine

from ..database import backfilling, statements
from ..operations.rank import Contract, Expand
from ..phase import CONTRACT, EXPAND
from ..session.errors import DatabaseError
from . import batches
from .foresight.rules import Rule, Valued
from .naming import identifier
from .operation import Operation
from .recall import value_in
from .statements import scalar


@dataclass
class Backfill(Operation):
    """``op.backfill(table, column, value=…)``.

    *value* is an SQL expression, as text or from SQLAlchemy; it may read the row's other
    columns or hold a subquery on the row. ``...`` stands for a value that nobody has named
    yet: then the revision refuses on a table with rows (see ``guard.py``). *value_of* names an
    earlier revision whose value is taken. *where* chooses the rows; by default those in which
    the column is NULL. *pause* is the time between two batches and *batch_seconds* the time
    that one is meant to take, both in seconds.
    """

    name = "backfill"
    footprint = backfilling.FOOTPRINT
    ranks = {EXPAND: Expand.VALUES, CONTRACT: Contract.VALUES}
    commits = True
    table_name: str
    column_name: str
    value: str | sa.ColumnElement[Any] | EllipsisType | None = field(default=None, kw_only=True)
    value_of: str | None = field(default=None, kw_only=True)
    where: str | None = field(default=None, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)
    pause: float = field(default=backfilling.PAUSE, kw_only=True)
    batch_seconds: float = field(default=0.1, kw_only=True)

    @property
    def note(self) -> str | None:
        """Return the comment that marks a value which the author has yet to write."""
        if self.value is ...:
            return f"write the value of existing rows: an SQL expression for {self.column_name}"
        return None

    def run(self, operations: Operations) -> None:
        """Fill the column; raises DatabaseError where there are rows but no value."""
        value = self._value(operations)
        with statements.outside_transaction(operations) as context:
            if context.as_sql:
                statements.run_long(context, self._offline(operations, value))
            elif value is ...:
                self._refuse_rows(operations)
            else:
                batches.fill(operations.get_bind(), self._plan(operations, value))

    def rules(self, context: MigrationContext, connection: Connection) -> Iterable[Rule]:
        """Without a value no row may be there."""
        if self._value(Operations(context)) is not ...:
            return
        place = (self.schema, self.table_name, (self.column_name,))
        if self.value_of is not None:
            why = f"and nobody has said which value they get: write it in revision {self.value_of}"
            yield Valued(*place, why, is_there=True)
        else:
            why = (
                f"and nobody has said which value {self.table_name}.{self.column_name} gets in "
                "them: write it in the place of value=..."
            )
            yield Valued(*place, why)

    def hindrances(self, connection: Connection) -> Iterable[str]:
        """Tell of a table without the key that the batches go along."""
        key = sa.inspect(connection).get_pk_constraint(self.table_name, self.schema)
        if not key["constrained_columns"]:
            yield batches.no_key(self.table_name, self.column_name)

    def trial(
        self, context: MigrationContext, added: Mapping[str, TypeEngine[Any]]
    ) -> sa.Select[Any] | None:
        """Return a query that reads value and condition and no row; None without a value.

        *added* are the columns that the table is given before.
        """
        operations = Operations(context)
        value = self._value(operations)
        if value is ...:
            return None
        table = sa.table(self.table_name, schema=self.schema)
        source: sa.FromClause = table
        if added:
            absent = [backfilling.absent(type_).label(name) for name, type_ in added.items()]
            every: Any = sa.literal_column(
                f"{identifier(operations, self.table_name, self.schema)}.*"
            )
            source = sa.select(every, *absent).select_from(table).subquery(self.table_name)
        read: Any = sa.literal_column(f"({_as_sql(operations, value)})")
        condition: Any = sa.literal_column(f"({self._where(operations)})")
        return sa.select(read).select_from(source).where(condition).limit(0)

    def reads(self, context: MigrationContext) -> tuple[str, str] | None:
        """Return value and condition as SQL; None without a value."""
        operations = Operations(context)
        value = self._value(operations)
        return None if value is ... else (_as_sql(operations, value), self._where(operations))

    def _value(self, operations: Operations) -> Any:
        value = self.value
        if self.value_of is not None:
            value = value_in(operations, self.value_of, self.table_name, self.column_name)
        if value is None:
            raise DatabaseError(f"op.backfill of {self.table_name}.{self.column_name}: no value")
        return value

    def _refuse_rows(self, operations: Operations) -> None:
        table = identifier(operations, self.table_name, self.schema)
        column = identifier(operations, self.column_name)
        rows = scalar(operations, f"SELECT count(*) FROM {table} WHERE {column} IS NULL")
        if rows:
            where = "the revision" if self.value_of is None else f"revision {self.value_of}"
            raise DatabaseError(
                f"{self.table_name}.{self.column_name} is NULL in {rows} rows, and nobody has "
                f"said which value they get: write it in {where}, then run the same command again"
            )

    def _plan(self, operations: Operations, value: Any) -> batches.Plan:
        return batches.Plan(
            table=self.table_name,
            schema=self.schema,
            column=self.column_name,
            value=_as_sql(operations, value),
            where=self._where(operations),
            pause=self.pause,
            seconds=self.batch_seconds,
        )

    def _offline(self, operations: Operations, value: Any) -> str:
        table = identifier(operations, self.table_name, self.schema)
        if value is ...:
            message = f"{self.table_name}.{self.column_name}: no value for existing rows"
            return backfilling.refuse_rows_offline(table, message)
        return backfilling.fill_offline(
            table,
            identifier(operations, self.column_name),
            value=_as_sql(operations, value),
            where=self._where(operations),
        )

    def _where(self, operations: Operations) -> str:
        return self.where or f"{identifier(operations, self.column_name)} IS NULL"


def _as_sql(operations: Operations, value: Any) -> str:
    if isinstance(value, sa.ClauseElement):
        dialect = operations.impl.dialect
        return str(value.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return str(value)
