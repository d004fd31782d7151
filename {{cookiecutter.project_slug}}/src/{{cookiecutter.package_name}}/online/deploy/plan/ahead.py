"""What earlier steps of a plan will have changed, so that no later one is judged by what is there now."""

import re
from typing import Any

from alembic.operations import MigrateOperation, ops
from sqlalchemy.types import TypeEngine

from ...operations.backfill import Backfill
from ...operations.operation import Operation
from .named import Place, place_of, plain_of

# SQL of the author's own that may change any table, for it names none.
_ANY = re.compile(r"\s*(CALL|DO|SELECT|WITH|BEGIN|EXEC)\b", re.IGNORECASE)


class Ahead:
    """The effect of the steps so far."""

    def __init__(self, default_schema: str | None) -> None:
        """Begin with nothing changed; *default_schema* is the one of tables without any."""
        self._default = default_schema
        self._created: set[Place] = set()
        self._dropped: set[Place] = set()
        self._renamed: set[Place] = set()
        self._added: dict[Place, dict[str, TypeEngine[Any] | None]] = {}
        self._gone: set[tuple[Place, str]] = set()
        self._constraints_gone: set[tuple[Place, str]] = set()
        self._filled: dict[tuple[Place, str], str] = {}
        self._defaults: set[tuple[Place, str]] = set()
        # Steps that may have changed the rows of a table (under None, of any), and SQL of its own.
        self._touched: dict[Place | None, str] = {}
        self._own: list[tuple[str, str]] = []
        self.makes_objects = False

    def place(self, schema: str | None, table: str) -> Place:
        """Return *table* in its schema, which is None for the default one."""
        return (None if schema == self._default else schema, table)

    def creates(self, place: Place) -> bool:
        """Tell whether a step makes the table: it has no rows that anybody wrote."""
        return place in self._created

    def renames_to(self, place: Place) -> bool:
        """Tell whether a step gives a table this name."""
        return place in self._renamed

    def drops(self, place: Place) -> bool:
        """Tell whether a step drops the table, or gives it another name."""
        return place in self._dropped

    def added(self, place: Place) -> dict[str, TypeEngine[Any] | None]:
        """Return the columns that steps add to the table, with their types; None for a new name."""
        return self._added.get(place, {})

    def drops_column(self, place: Place, column: str) -> bool:
        """Tell whether a step drops the column, or gives it another name."""
        return (place, column) in self._gone

    def drops_constraint(self, place: Place, name: str) -> bool:
        """Tell whether a step drops the constraint or the index."""
        return (place, name) in self._constraints_gone

    def fills(self, place: Place, column: str) -> bool:
        """Tell whether a step gives the new *column* of the table values."""
        return (place, column) in self._filled or (place, column) in self._defaults

    def is_backfilled(self, place: Place, column: str) -> bool:
        """Tell whether a step has given the rows of the table their values of *column*."""
        return (place, column) in self._filled

    def own_sql(self) -> str | None:
        """Return the first step of SQL of the revision's own, which may have changed anything."""
        return self._own_sql_done(self._own[0][1]) if self._own else None

    def cause(self, place: Place, columns: tuple[str, ...] = ()) -> str | None:
        """Return the step that may change what the rows hold in *columns*; None where none does."""
        for column in columns:
            if (step := self._filled.get((place, column))) is not None:
                return step
            if column in self.added(place):
                return f"{place[1]}.{column} is added"
        if place in self._renamed:
            return f"{place[1]} has its name"
        named = re.compile(rf"\b{re.escape(place[1])}\b", re.IGNORECASE)
        for text, step in self._own:
            if _ANY.match(text) or named.search(text):
                return self._own_sql_done(step)
        return self._touched.get(place) or self._touched.get(None)

    def take(self, operation: MigrateOperation, line: int | None) -> None:
        """Note what *operation*, on *line* of its file, will have done."""
        plain: Any = plain_of(operation)
        found = place_of(plain)
        at = self.place(*found) if found else None
        step = f"line {line}" if line else type(plain).__name__
        if isinstance(plain, ops.CreateTableOp) and at:
            self._created.add(at)
            self._dropped.discard(at)
        elif isinstance(plain, ops.DropTableOp) and at:
            self._dropped.add(at)
            self._created.discard(at)
        elif isinstance(plain, ops.RenameTableOp) and at:
            self._dropped.add(at)
            self._renamed.add(self.place(plain.schema, plain.new_table_name))
        elif isinstance(plain, ops.AddColumnOp) and at:
            self._added.setdefault(at, {})[plain.column.name] = plain.column.type
            self._gone.discard((at, plain.column.name))
            column = plain.column
            if any((column.server_default, column.computed, column.identity)):
                self._defaults.add((at, column.name))
        elif isinstance(plain, ops.DropColumnOp) and at:
            self._gone.add((at, plain.column_name))
        elif isinstance(plain, ops.AlterColumnOp) and at:
            self._alter(plain, at)
        elif isinstance(plain, ops.DropConstraintOp | ops.DropIndexOp) and at:
            name = getattr(plain, "constraint_name", None) or getattr(plain, "index_name", "")
            self._constraints_gone.add((at, str(name)))
        elif isinstance(plain, Backfill) and at:
            self._filled[at, plain.column_name] = f"the backfill of {plain.column_name} is done"
        elif isinstance(plain, ops.ExecuteSQLOp):
            self.makes_objects = True
            self._own.append((str(plain.sqltext), step))
        elif isinstance(plain, ops.BulkInsertOp):
            self._touched[self.place(plain.table.schema, plain.table.name)] = f"{step} is done"
        elif isinstance(plain, Operation) and plain.footprint is None:
            self._touched[at] = f"{step} ({plain.name}) is done"
            self.makes_objects = True
        elif not found:
            # A schema, a type, a sequence.
            self.makes_objects = True

    def _alter(self, plain: ops.AlterColumnOp, at: Place) -> None:
        if plain.modify_name is not None:
            self._added.setdefault(at, {})[plain.modify_name] = None
            self._filled[at, plain.modify_name] = f"{plain.column_name} has its name"
            self._gone.add((at, plain.column_name))

    @staticmethod
    def _own_sql_done(step: str) -> str:
        return f"{step} is done, SQL of the revision's own"
