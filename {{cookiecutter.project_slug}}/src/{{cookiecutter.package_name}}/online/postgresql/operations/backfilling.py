"""What a backfill needs of PostgreSQL: an estimate, short waits for rows, and its SQL offline."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.types import TypeEngine

from ...operations.foresight.footprint import Footprint, Work
from ...operations.naming import literal
from ...session.patience import lock_timeout

FOOTPRINT = Footprint(
    "ROW EXCLUSIVE, and the rows of a batch until it ends", "every row, in batches", Work.FILL
)
# Seconds between two batches: those who wait for a row get it as soon as a batch ends.
PAUSE = 0.0
# One file page holds some dozens of rows: offline batches are counted in pages.
OFFLINE_PAGES = 100


def estimate(connection: Connection, table: sa.TableClause) -> int:
    """Return about how many rows *table* has, from the planner's statistics."""
    rows = connection.scalar(
        sa.text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:name)"),
        {"name": connection.dialect.identifier_preparer.format_table(table)},
    )
    return max(int(rows or 0), 0)


@contextmanager
def short_locks(connection: Connection) -> Iterator[None]:
    """Bound the wait of each statement on *connection*, in autocommit, for locked rows."""
    connection.exec_driver_sql(f"SET lock_timeout = '{lock_timeout()}ms'")
    try:
        yield
    finally:
        connection.exec_driver_sql("RESET lock_timeout")


def absent(type_: TypeEngine[Any]) -> sa.ColumnElement[Any]:
    """Return the NULL of a column of *type_* that is yet to come."""
    return sa.cast(sa.null(), type_)


def fill_offline(table: str, column: str, *, value: str, where: str) -> str:
    """Return a DO block that walks the pages of *table* and commits after each batch.

    All arguments are SQL text; the key is not known offline.
    """
    return f"""DO $backfill$
DECLARE
    page bigint := 0;
    pages bigint;
BEGIN
    pages := pg_relation_size({literal(table)}) / current_setting('block_size')::bigint;
    WHILE page <= pages LOOP
        UPDATE {table} SET {column} = ({value})
        WHERE ctid >= format('(%s,0)', page)::tid
          AND ctid < format('(%s,0)', page + {OFFLINE_PAGES})::tid
          AND ({where});
        COMMIT;
        page := page + {OFFLINE_PAGES};
    END LOOP;
END
$backfill$"""


def refuse_rows_offline(table: str, message: str) -> str:
    """Return a statement that fails with *message* where *table* (SQL text) has rows."""
    return (
        f"DO $$ BEGIN IF EXISTS (SELECT FROM {table}) THEN RAISE EXCEPTION "
        f"USING MESSAGE = {literal(message)}; END IF; END $$"
    )
