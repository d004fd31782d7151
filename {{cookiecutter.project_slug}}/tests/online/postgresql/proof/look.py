"""What the watched session holds and has touched, seen from inside it at one moment.

Locks that a statement takes outside a transaction are gone when it returns, so the look is
taken by an event trigger, inside the statement. It writes nothing: it sends a message (INFO) to
the client. Counters are those of the statistics system, flushed and pending together.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SCHEMA = "proof"
# The lock modes from weakest to strongest (PostgreSQL docs, section 13.3.1).
LOCK_MODES = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
# From here on, nobody else can insert, update or delete.
BLOCKS_WRITERS = LOCK_MODES.index("ShareLock")

LOOK = f"SELECT {SCHEMA}.look()::text"
MARK = f"{SCHEMA}: "

SETUP = (
    f"CREATE SCHEMA {SCHEMA}",
    f"""
    CREATE FUNCTION {SCHEMA}.look() RETURNS jsonb LANGUAGE sql AS $$
        WITH held AS (
            SELECT relation, virtualtransaction, jsonb_agg(mode) AS modes FROM pg_locks
            WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted
            GROUP BY relation, virtualtransaction
        )
        SELECT jsonb_build_object(
            'transaction', (SELECT min(virtualtransaction) FROM held),
            'tables', jsonb_object_agg(
                oid, jsonb_build_array(
                    pg_relation_filenode(oid), coalesce(modes, '[]'),
                    coalesce(a.seq_tup_read, 0) + coalesce(a.idx_tup_fetch, 0)
                    + coalesce(x.seq_tup_read, 0) + coalesce(x.idx_tup_fetch, 0),
                    a.n_tup_upd + a.n_tup_del + x.n_tup_upd + x.n_tup_del
                )
            )
        )
        FROM pg_class
        JOIN pg_stat_user_tables AS a ON a.relid = oid
        JOIN pg_stat_xact_user_tables AS x ON x.relid = oid
        LEFT JOIN held ON held.relation = oid
    $$
    """,
    f"""
    CREATE FUNCTION {SCHEMA}.tell() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE INFO '{MARK}%', {SCHEMA}.look();
    END $$
    """,
    f"CREATE EVENT TRIGGER {SCHEMA} ON ddl_command_end EXECUTE FUNCTION {SCHEMA}.tell()",
)


@dataclass(frozen=True)
class TableLook:
    """One table: its file, the strongest lock held (an index, -1 for none), rows touched."""

    file: int | None
    lock: int
    read: int
    written: int


@dataclass(frozen=True)
class Look:
    """All tables by oid, and the transaction in which they were looked at."""

    transaction: str | None
    tables: dict[int, TableLook]

    @classmethod
    def parse(cls, text: str) -> "Look":
        """Return the look that ``proof.look()`` wrote as *text*."""
        found: dict[str, Any] = json.loads(text)
        tables = {
            int(oid): TableLook(file, strongest(modes), read, written)
            for oid, (file, modes, read, written) in (found["tables"] or {}).items()
        }
        return cls(found["transaction"], tables)


def strongest(modes: Sequence[str]) -> int:
    """Return the index of the strongest of *modes*, or -1."""
    return max((LOCK_MODES.index(mode) for mode in modes if mode in LOCK_MODES), default=-1)


def in_words(lock: int) -> str:
    """Return the lock as the manual writes it: ``ACCESS EXCLUSIVE``."""
    name = LOCK_MODES[lock].removesuffix("Lock")
    return "".join(f" {c}" if c.isupper() else c.upper() for c in name).strip()
