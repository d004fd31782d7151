"""Which code of this service is connected: connections are named after the revisions it was built with.

``pg_stat_activity`` shows these names (``identity.py``) to every role (PostgreSQL docs, 27.2.3).
Where they come from and since when, it shows only to the same role, to members of it and of
pg_read_all_stats.
"""

from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import URL

from ...interface import Client
from ...session.connect import connection_to
from ...session.identity import heads_of

_CONNECTED = sa.text(
    "SELECT pid, application_name, client_addr, client_hostname, "
    "date_trunc('second', backend_start) AS since FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY backend_start, pid"
)


async def list_clients(url: URL, known: ScriptDirectory) -> list[Client]:
    """Return the service's connections to the database at *url*."""
    async with connection_to(url, autocommit=True, prompt=True) as connection:
        rows = (await connection.execute(_CONNECTED)).all()
    named = [(row, heads_of(row.application_name or "")) for row in rows]
    return [Client(_description(row), heads) for row, heads in named if heads is not None]


def _description(row: sa.Row[Any]) -> str:
    host = row.client_hostname or row.client_addr or "this machine, or hidden from this role"
    since = "a time hidden from this role" if row.since is None else row.since
    return f"pid {row.pid} ({row.application_name}) from {host}, since {since}"
