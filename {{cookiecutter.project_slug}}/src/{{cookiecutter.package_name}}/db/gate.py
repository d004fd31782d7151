"""The gate of the contract phase: closed while code of an earlier release is connected.

A service's connections are named after the revisions it was built with (``identity.py``), and
``pg_stat_activity`` shows these names to every role (PostgreSQL docs, 27.2.3). Where they come
from and since when, it shows only to the same role, to members of it and of pg_read_all_stats.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic.script import Script, ScriptDirectory
from alembic.util import to_tuple
from sqlalchemy import URL

from .connect import connection_to
from .errors import OldCodeConnected
from .identity import heads_of
from .rollout import phase_of

_CONNECTED = sa.text(
    "SELECT pid, application_name, client_addr, client_hostname, "
    "date_trunc('second', backend_start) AS since FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY backend_start, pid"
)


async def refuse_old_code(url: URL, known: ScriptDirectory, pending: Iterable[Script]) -> None:
    """Raise OldCodeConnected that lists the connections for which a *pending* contract is too early.

    *pending* are the revisions that are about to be applied.
    """
    contracts = [script for script in pending if phase_of(script) == "contract"]
    needed = {revision for script in contracts for revision in _announced_by(known, script)}
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


def _announced_by(known: ScriptDirectory, contract: Script) -> list[str]:
    """Return the revisions that code must know before *contract* may run.

    That is the expand it was written with. One that came alone is known only to a build that
    ships it.
    """
    parents = [known.get_revision(parent) for parent in to_tuple(contract.down_revision, ())]
    pair = [parent.revision for parent in parents if parent and _belong_together(parent, contract)]
    return pair or [contract.revision]


def _belong_together(expand: Script, contract: Script) -> bool:
    """Tell whether autogenerate wrote both from one change of the models (``phases.py``)."""
    title = contract.doc.rstrip(".").removesuffix(", contract")
    return phase_of(expand) == "expand" and expand.doc.rstrip(".") == title


def _is_old(known: ScriptDirectory, name: str | None, needed: set[str]) -> bool:
    heads = heads_of(name or "")
    if heads is None:
        return False
    revisions = {script.revision for script in known.walk_revisions()}
    # A revision that this build has never heard of cannot vouch for anything.
    lineage = set()
    for head in revisions & set(heads):
        lineage |= {script.revision for script in known.iterate_revisions(head, "base")}
    return not needed <= lineage


def _described(row: sa.Row[Any]) -> str:
    host = row.client_hostname or row.client_addr or "this machine, or hidden from this role"
    since = "a time hidden from this role" if row.since is None else row.since
    return f"pid {row.pid} ({row.application_name}) from {host}, since {since}"
