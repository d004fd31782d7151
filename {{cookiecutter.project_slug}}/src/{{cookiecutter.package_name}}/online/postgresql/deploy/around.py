"""What there is around the tables on PostgreSQL: who holds locks, replicas, and free disk."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from ...deploy.plan.seen import Holder, Replica, Surroundings
from ...operations.foresight.footprint import Footprint
from ..operations.footprints import OLDER
from ..session.blockers import statement_shown
from .disk import free_bytes
from .lock_modes import modes_in_the_way

_HOLDERS = sa.text(
    """
    SELECT a.pid, a.usename, a.application_name, a.state, a.query,
           extract(epoch FROM now() - a.xact_start)::float AS age
    FROM pg_stat_activity a
    WHERE a.pid <> pg_backend_pid() AND (
        EXISTS (
            SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.granted AND l.locktype = 'relation'
            AND l.relation = to_regclass(:name)
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND l.mode = ANY (:modes)
        ) OR (
            :older AND a.backend_xmin IS NOT NULL AND a.datname = current_database()
            AND a.backend_type = 'client backend'
        )
    )
    ORDER BY a.xact_start NULLS LAST, a.pid
    """
)
# Where the role may not see it, all but the process is NULL.
_REPLICAS = sa.text(
    """
    SELECT coalesce(nullif(application_name, ''), 'pid ' || pid) AS name, state,
           extract(epoch FROM replay_lag)::float AS seconds,
           CASE WHEN NOT pg_is_in_recovery()
                THEN pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint END AS bytes
    FROM pg_stat_replication ORDER BY 1
    """
)
_RECOVERS = sa.text(
    "SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float AS seconds "
    "WHERE pg_is_in_recovery()"
)
_HIDDEN = "<insufficient privilege>"


def holders(
    connection: Connection, schema: str | None, table: str, footprint: Footprint
) -> list[Holder]:
    """Return each session whose locks on the table, or whose age, an operation would wait for."""
    modes = sorted(modes_in_the_way(footprint))
    is_older = footprint.waits_for == OLDER
    if not modes and not is_older:
        return []
    name = connection.dialect.identifier_preparer.format_table(sa.table(table, schema=schema))
    asked = {"name": name, "modes": modes, "older": is_older}
    return [_holder(row) for row in connection.execute(_HOLDERS, asked)]


def surroundings(connection: Connection) -> Surroundings:
    """Return the replicas that are connected now, and free disk where the server is on this machine."""
    rows = connection.execute(_REPLICAS).all()
    notes = []
    if any(row.state is None for row in rows):
        notes.append(
            "How far replicas are behind is not shown to this role: GRANT pg_monitor to it"
        )
    if (behind := connection.execute(_RECOVERS).first()) is not None:
        last = (
            "" if behind.seconds is None else f", whose last change is {behind.seconds:.0f} s old"
        )
        notes.append(f"This server is itself a replica{last}: nothing can be applied to it")
    replicas = [
        # Without traffic there is no lag to measure.
        Replica(row.name, row.seconds or (0.0 if row.bytes == 0 else None), row.bytes)
        for row in rows
    ]
    return Surroundings(replicas, free_bytes(connection), notes)


def _holder(row: sa.Row[Any]) -> Holder:
    is_hidden = row.query == _HIDDEN
    statement = None if is_hidden else statement_shown(row.query or "")
    state = "not shown to this role without pg_monitor" if is_hidden else row.state
    return Holder(
        row.pid, row.usename, row.application_name or None, state, row.age, statement or None
    )
