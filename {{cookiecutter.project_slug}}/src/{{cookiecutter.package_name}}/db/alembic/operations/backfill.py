"""``op.backfill``: give existing rows their value in short batches, beside live traffic."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations

from ...errors import DatabaseError
from . import batches
from .base import Operation
from .naming import literal, quoted
from .steps import outside_transaction, run_long

# One file page holds some dozens of rows: offline batches are counted in pages.
OFFLINE_PAGES = 100


@dataclass
class Backfill(Operation):
    """``op.backfill(table, column, value=…)``.

    *value* is an SQL expression, as text or from SQLAlchemy; it may read the row's other
    columns or hold a subquery on the row. ``...`` stands for a value that nobody has named
    yet: then the revision refuses on a table with rows (see ``guard.py``). *where* chooses the
    rows; by default those in which the column is NULL. *pause* is the time between two batches
    and *batch_seconds* the time that one is meant to take, both in seconds.
    """

    name = "backfill"
    commits = True
    table_name: str
    column_name: str
    value: str | sa.ColumnElement[Any] | EllipsisType = field(default="", kw_only=True)
    where: str | None = field(default=None, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)
    pause: float = field(default=0.0, kw_only=True)
    batch_seconds: float = field(default=0.1, kw_only=True)

    @property
    def note(self) -> str | None:
        """Return the comment that marks a value which the author has yet to write."""
        if self.value is ...:
            return f"write the value of existing rows: an SQL expression for {self.column_name}"
        return None

    def run(self, operations: Operations) -> None:
        """Fill the column; raises DatabaseError where there are rows but no value."""
        with outside_transaction(operations) as context:
            if context.as_sql:
                run_long(context, self._offline(operations))
            elif self.value is ...:
                self._refuse_rows(operations)
            else:
                batches.fill(operations.get_bind(), self._plan(operations))

    def _refuse_rows(self, operations: Operations) -> None:
        table = quoted(operations, self.table_name, self.schema)
        if operations.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT FROM {table})")):
            raise DatabaseError(
                f"{self.table_name}.{self.column_name} has rows to fill and no value: write it "
                "in the revision"
            )

    def _plan(self, operations: Operations) -> batches.Plan:
        return batches.Plan(
            table=self.table_name,
            schema=self.schema,
            column=self.column_name,
            value=self._value(operations),
            where=self.where or f"{quoted(operations, self.column_name)} IS NULL",
            pause=self.pause,
            seconds=self.batch_seconds,
        )

    def _value(self, operations: Operations) -> str:
        if isinstance(self.value, sa.ClauseElement):
            dialect = operations.impl.dialect
            return str(self.value.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        return str(self.value)

    def _offline(self, operations: Operations) -> str:
        """Return a DO block that walks the table's pages and commits after each batch."""
        table = quoted(operations, self.table_name, self.schema)
        column = quoted(operations, self.column_name)
        where = self.where or f"{column} IS NULL"
        if self.value is ...:
            message = literal(f"{self.table_name}.{self.column_name}: no value for existing rows")
            return (
                f"DO $$ BEGIN IF EXISTS (SELECT FROM {table}) THEN RAISE EXCEPTION "
                f"USING MESSAGE = {message}; END IF; END $$"
            )
        return f"""DO $backfill$
DECLARE
    page bigint := 0;
    pages bigint;
BEGIN
    pages := pg_relation_size({literal(table)}) / current_setting('block_size')::bigint;
    WHILE page <= pages LOOP
        UPDATE {table} SET {column} = ({self._value(operations)})
        WHERE ctid >= format('(%s,0)', page)::tid
          AND ctid < format('(%s,0)', page + {OFFLINE_PAGES})::tid
          AND ({where});
        COMMIT;
        page := page + {OFFLINE_PAGES};
    END LOOP;
END
$backfill$"""
