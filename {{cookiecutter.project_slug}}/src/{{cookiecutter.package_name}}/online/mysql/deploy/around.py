"""What there is around the tables on MySQL: who holds locks, replicas, and free disk."""

import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ...deploy.plan.seen import Holder, Replica, Surroundings
from ...operations.foresight.footprint import Footprint
from ..session.blockers import KNOWS_HOLDERS, OPEN_TRANSACTIONS, statement_shown

_HOLDERS = sa.text(
    "SELECT DISTINCT holder.processlist_id FROM performance_schema.metadata_locks held "
    "JOIN performance_schema.threads holder ON holder.thread_id = held.owner_thread_id "
    "WHERE held.object_type = 'TABLE' AND held.lock_status = 'GRANTED' "
    "AND held.object_schema = COALESCE(:schema, DATABASE()) AND held.object_name = :name "
    "AND holder.processlist_id <> CONNECTION_ID()"
)
_PROGRAMS = sa.text(
    "SELECT processlist_id, attr_value FROM performance_schema.session_connect_attrs "
    "WHERE attr_name = 'program_name'"
)
_OWN = sa.text("SELECT CONNECTION_ID()")
_MACHINE = sa.text("SELECT @@hostname, @@datadir")
# Of MySQL 8.4, of MariaDB and older ones; the first that the server knows.
_LISTS = ("SHOW REPLICAS", "SHOW SLAVE HOSTS")
_STATES = ("SHOW REPLICA STATUS", "SHOW SLAVE STATUS")
_ON_THEM = "How far replicas are behind is seen on them alone: SHOW REPLICA STATUS"


def holders(
    connection: Connection, schema: str | None, table: str, footprint: Footprint
) -> list[Holder]:
    """Return each session that uses the table, or that may: where locks are not told, all at work."""
    if "metadata lock" not in footprint.lock:
        return []
    listed = connection.exec_driver_sql("SHOW FULL PROCESSLIST").mappings()
    sessions = {row["Id"]: row for row in listed}
    opened = {row[0]: row.age for row in _rows(connection, OPEN_TRANSACTIONS)}
    surely = bool(_rows(connection, KNOWS_HOLDERS))
    found = set(opened) - {connection.scalar(_OWN)}
    if surely:
        asked = {"schema": schema, "name": table}
        found = {row[0] for row in connection.execute(_HOLDERS, asked)}
    programs = {row[0]: row[1] for row in _rows(connection, _PROGRAMS)} if found else {}
    return [
        _holder(sessions[each], opened.get(each), programs.get(each), surely=surely)
        for each in sorted(found & sessions.keys())
    ]


def surroundings(connection: Connection) -> Surroundings:
    """Return the replicas that are connected, and free disk where the server is on this machine."""
    rows = _first(connection, _LISTS)
    notes = [] if rows is not None else ["Replicas are not shown to this user: REPLICATION SLAVE"]
    replicas = [_replica(row) for row in rows or []]
    if replicas:
        notes.append(_ON_THEM)
    if behind := _first(connection, _STATES):
        row = behind[0]
        lag = row.get("Seconds_Behind_Source", row.get("Seconds_Behind_Master"))
        source = row.get("Source_Host", row.get("Master_Host"))
        seconds = "an unknown time" if lag is None else f"{lag} s"
        notes.append(f"This server is itself a replica of {source}, {seconds} behind")
    return Surroundings(replicas, _free_bytes(connection), notes)


def _replica(row: Mapping[str, Any]) -> Replica:
    number = row.get("Server_Id", row.get("Server_id"))
    return Replica(" ".join(str(part) for part in (f"server {number}", row.get("Host")) if part))


def _holder(session: Any, age: int | None, program: str | None, *, surely: bool) -> Holder:
    statement = statement_shown(session["Info"] or "")
    user = f"{session['User']} from {session['Host']}"
    seconds = None if age is None else float(age)
    return Holder(
        session["Id"], user, program, session["Command"], seconds, statement or None, surely
    )


def _rows(connection: Connection, query: sa.TextClause) -> list[Any]:
    """Return the rows of *query*; none where this user may not ask."""
    try:
        return list(connection.execute(query))
    except DBAPIError:
        return []


def _first(connection: Connection, queries: tuple[str, ...]) -> list[Mapping[str, Any]] | None:
    """Return the rows of the first of *queries* that is answered; None where none is."""
    for query in queries:
        try:
            return [dict(row) for row in connection.exec_driver_sql(query).mappings()]
        except DBAPIError:
            continue
    return None


def _free_bytes(connection: Connection) -> int | None:
    """Return the bytes that are free beside the data; None where the server is not on this machine."""
    host, folder = connection.execute(_MACHINE).one()
    if host != socket.gethostname() or not Path(folder).is_dir():
        return None
    return shutil.disk_usage(folder).free
