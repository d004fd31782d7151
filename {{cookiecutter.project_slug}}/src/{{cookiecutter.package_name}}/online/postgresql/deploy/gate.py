"""The gate of the contract phase: closed while code of an earlier release is connected.

A service's connections are named after the revisions it was built with (``identity.py``), and
``pg_stat_activity`` shows these names to every role (PostgreSQL docs, 27.2.3). Where they come
from and since when, it shows only to the same role, to members of it and of pg_read_all_stats.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic.script import Script, ScriptDirectory
from sqlalchemy import URL

from ...deploy.lineage import known_to, required_by
from ...phase import phase_of_revision
from ...session.connect import connection_to
from ...session.errors import OldCodeConnected
from ...session.identity import heads_of

_CONNECTED = sa.text(
    "SELECT pid, application_name, client_addr, client_hostname, "
    "date_trunc('second', backend_start) AS since FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY backend_start, pid"
)


async def refuse_old_code(url: URL, known: ScriptDirectory, pending: Iterable[Script]) -> None:
    """Raise OldCodeConnected that lists the connections for which a *pending* contract is too early.

    *pending* are the revisions that are about to be applied.
    """
    contracts = [script for script in pending if phase_of_revision(script) == "contract"]
    needed = required_by(known, contracts)
    async with connection_to(url, autocommit=True, prompt=True) as connection:
        rows = (await connection.execute(_CONNECTED)).all()
    old = [row for row in rows if _is_old(known, row.application_name, needed)]
    if old:
        names = ", ".join(script.revision for script in contracts)
        raise OldCodeConnected(
            f"The contract {names} has to wait: code of an earlier release is still connected. "
            "Wait until these are gone, or end them, then run the same command again (--force "
            "goes ahead beside them):\n" + "\n".join(f"  {_described(row)}" for row in old)
        )


def _is_old(known: ScriptDirectory, name: str | None, needed: set[str]) -> bool:
    heads = heads_of(name or "")
    if heads is None:
        return False
    return not needed <= known_to(known, heads)


def _described(row: sa.Row[Any]) -> str:
    host = row.client_hostname or row.client_addr or "this machine, or hidden from this role"
    since = "a time hidden from this role" if row.since is None else row.since
    return f"pid {row.pid} ({row.application_name}) from {host}, since {since}"
