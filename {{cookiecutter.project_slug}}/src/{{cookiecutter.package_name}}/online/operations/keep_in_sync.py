"""``op.keep_in_sync`` and ``op.end_sync``: two columns that stand for each other, between the phases.

Old code knows the one, new code the other: what either writes, the other reads. Triggers do it;
each database has its own (``syncing.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ..database import backfilling, syncing
from ..phase import CONTRACT, EXPAND
from ..session.errors import DatabaseError
from .foresight.footprint import Footprint
from .foresight.rules import Equal, Rule
from .naming import identifier
from .operation import Operation
from .rank import Contract, Expand
from .statements import scalar


@dataclass
class KeepInSync(Operation):
    """``op.keep_in_sync(table, column, old)``: what is written to the one column stands in both.

    *default* is the SQL of *column*'s own default, and *old_default* says whether *old* has one: by
    them an INSERT tells which of the two it was given. Can be repeated after a cut at any point.
    """

    name = "keep_in_sync"
    footprint = Footprint(syncing.LOCK)
    ranks = {EXPAND: Expand.VALUES - 5}
    commits = syncing.COMMITS
    table_name: str
    column_name: str
    old_name: str
    default: str | None = field(default=None, kw_only=True)
    old_default: bool = field(default=False, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Make the triggers anew."""
        syncing.begin(operations, self)

    def reverse(self) -> EndSync:
        """Return the end of it."""
        return EndSync(self.table_name, self.column_name, self.old_name, schema=self.schema)


@dataclass
class EndSync(Operation):
    """``op.end_sync(table, column, old)``: the triggers go, where the two columns are equal."""

    name = "end_sync"
    footprint = Footprint(syncing.LOCK, "every row")
    ranks = {CONTRACT: Contract.DROP_COLUMNS - 5}
    commits = syncing.COMMITS
    table_name: str
    column_name: str
    old_name: str
    schema: str | None = field(default=None, kw_only=True)

    def run(self, operations: Operations) -> None:
        """Drop the triggers; raises DatabaseError, changing nothing, where rows differ."""
        table = identifier(operations, self.table_name, self.schema)
        names = [identifier(operations, name) for name in (self.column_name, self.old_name)]
        differ = f"{table} WHERE {syncing.differ(*names)}"
        what = f"{self.table_name}.{self.column_name} and {self.table_name}.{self.old_name}"
        context = operations.migration_context
        if context.as_sql:
            context.impl.static_output(
                f"{backfilling.refuse_rows_offline(differ, f'{what} differ')};"
            )
        elif syncing.is_begun(operations.get_bind(), self) and (
            rows := scalar(operations, f"SELECT count(*) FROM {differ}")
        ):
            raise DatabaseError(
                f"{what} differ in {rows} rows, written past the triggers, as replication or a "
                f"restored copy does: SELECT * FROM {differ} shows them; make them equal, then run "
                "the same command again"
            )
        syncing.end(operations, self)

    def rules(self, context: MigrationContext, connection: Connection) -> Iterable[Rule]:
        """No row may differ, unless an earlier run has ended it: then each release writes its own."""
        if not syncing.is_begun(connection, self):
            return []
        quote = context.dialect.identifier_preparer.quote
        names = (self.column_name, self.old_name)
        differ = syncing.differ(*(quote(name) for name in names))
        return [Equal(self.schema, self.table_name, names, differ)]
