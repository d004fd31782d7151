"""The walk of a backfill: batches along the primary key, each a short transaction of its own.

The key is walked by value (keyset), never by OFFSET, so that the cost of a batch does not grow
with its place in the table. Rows that others insert behind us have old code's NULL; the last,
short backfill of the contract phase catches them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ..database import backfilling, driver
from ..session import stop
from ..session.errors import DatabaseError
from ..session.patience import lock_patience

if TYPE_CHECKING:
    from .progress import Progress

# Rows: some milliseconds' work, so that the first batch is short whatever the table is like. From there
# each is made as long as it is meant to take.
FIRST_BATCH = 500
# Rows: larger ones save no more time, and hold more locks at once.
LARGEST_BATCH = 50_000
# How many times smaller the batch is that follows one which met locked rows.
_SMALLER = 4
# Seconds before the next try where rows were locked: most transactions end in that time.
_PAUSE_FOR_LOCKS = 0.5


@dataclass(frozen=True)
class Plan:
    """What to fill, and how: *value* and *where* are SQL text, *pause* and *seconds* seconds."""

    table: str
    schema: str | None
    column: str
    value: str
    where: str
    pause: float
    seconds: float


def fill(connection: Connection, plan: Plan) -> int:
    """Fill the table and return the number of rows written. *connection* is in autocommit."""
    # Imported late: commands that fill nothing need not load the progress bar.
    from .progress import Progress

    walk = _Walk(connection, plan)
    name = f"{plan.table}.{plan.column}"
    with backfilling.short_locks(connection), Progress(name, walk.estimate()) as progress:
        return walk.run(progress)


def no_key(table: str, column: str) -> str:
    """Return the sentence on a *table* without a primary key."""
    return (
        f"{table} has no primary key to walk along: fill {column} by a statement of your own, "
        "then run the same command again"
    )


class _Walk:
    def __init__(self, connection: Connection, plan: Plan) -> None:
        self._connection = connection
        self._plan = plan
        inspector = sa.inspect(connection)
        names = inspector.get_pk_constraint(plan.table, plan.schema)["constrained_columns"]
        if not names:
            raise DatabaseError(no_key(plan.table, plan.column))
        columns = inspector.get_columns(plan.table, plan.schema)
        types = {c["name"]: c["type"] for c in columns}
        # A backfill changes nothing that the row tells: what the database sets by itself on each
        # UPDATE, as a time of the last change, stays.
        self._kept = [c["name"] for c in columns if " ON UPDATE " in str(c["default"]).upper()]
        self._table = sa.table(
            plan.table,
            *(sa.column(name, types[name]) for name in names),
            *(sa.column(name) for name in {plan.column, *self._kept}),
            schema=plan.schema,
        )
        self._key = [self._table.c[name] for name in names]

    def estimate(self) -> int:
        return backfilling.estimate(self._connection, self._table)

    def run(self, progress: Progress) -> int:
        size, after, written = FIRST_BATCH, None, 0
        # Not further than the table reaches now: it ends, however fast others write.
        last = self._last_key()
        if last is None:
            return 0
        free = time.monotonic()
        while (upto := self._end_of_batch(after, last, size)) is not None:
            stop.check()
            started = time.monotonic()
            done = self._update(after, upto)
            if done is None:  # rows stayed locked: a smaller batch meets fewer of them
                size = max(size // _SMALLER, 1)
                self._wait(free)
                continue
            free = time.monotonic()
            took = free - started
            written += done
            progress.advance(size, done)
            after = upto
            size = _next_size(size, took, self._plan.seconds)
            stop.sleep(self._plan.pause)
        return written

    def _last_key(self) -> tuple[Any, ...] | None:
        backwards = (column.desc() for column in self._key)
        return self._first(sa.select(*self._key).order_by(*backwards).limit(1))

    def _end_of_batch(
        self, after: tuple[Any, ...] | None, last: tuple[Any, ...], size: int
    ) -> tuple[Any, ...] | None:
        batch = sa.select(*self._key).order_by(*self._key).limit(size)
        batch = batch.where(self._key_row() <= self._row(last))
        if after is not None:
            batch = batch.where(self._key_row() > self._row(after))
        inner = batch.subquery()
        return self._first(
            sa.select(inner).order_by(*(column.desc() for column in inner.c)).limit(1)
        )

    def _first(self, query: sa.Select[Any]) -> tuple[Any, ...] | None:
        row = self._connection.execute(query).first()
        return None if row is None else tuple(row)

    def _update(self, after: tuple[Any, ...] | None, upto: tuple[Any, ...]) -> int | None:
        plan = self._plan
        statement = (
            sa.update(self._table)
            .values(
                {name: sa.column(name) for name in self._kept}
                | {plan.column: sa.literal_column(f"({plan.value})")}
            )
            .where(self._key_row() <= self._row(upto), sa.literal_column(f"({plan.where})"))
        )
        if after is not None:
            statement = statement.where(self._key_row() > self._row(after))
        try:
            result = self._connection.execute(statement)
        except DBAPIError as error:
            if not driver.is_lock_failure(error):
                raise
            return None
        return result.rowcount

    def _wait(self, since: float) -> None:
        """Pause before another try; raise DatabaseError when patience is at its end."""
        if time.monotonic() - since > lock_patience():
            raise DatabaseError(
                f"{self._plan.table}: rows stayed locked for {lock_patience():.0f} s; find the "
                "transaction that holds them and run the same command again"
            )
        stop.sleep(_PAUSE_FOR_LOCKS)

    def _key_row(self) -> Any:
        return self._key[0] if len(self._key) == 1 else sa.tuple_(*self._key)

    def _row(self, key: tuple[Any, ...]) -> Any:
        pairs = zip(key, self._key, strict=True)
        binds = [sa.bindparam(None, value, column.type) for value, column in pairs]
        return binds[0] if len(binds) == 1 else sa.tuple_(*binds)


def _next_size(size: int, took: float, budget: float) -> int:
    """Return a batch size that should take *budget* seconds, at most doubled or halved."""
    wanted = size * budget / max(took, 0.001)
    return int(min(max(wanted, size / 2, 1), size * 2, LARGEST_BATCH))
