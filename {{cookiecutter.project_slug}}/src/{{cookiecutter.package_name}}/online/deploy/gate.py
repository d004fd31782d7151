"""The gate of the contract phase: closed while code of an earlier release is connected."""

from collections.abc import Iterable

from alembic.script import Script, ScriptDirectory
from sqlalchemy import URL

from ..database import clients
from ..phase import CONTRACT, phase_of_revision
from ..session.errors import OldCodeConnected
from .lineage import known_to, required_by


async def refuse_old_code(url: URL, known: ScriptDirectory, pending: Iterable[Script]) -> None:
    """Raise OldCodeConnected that lists the connections for which a *pending* contract is too early.

    *pending* are the revisions that are about to be applied, *known* those of this build.
    """
    contracts = [script for script in pending if phase_of_revision(script) == CONTRACT]
    needed = required_by(known, contracts)
    connected = await clients.list_clients(url, known)
    old = [client for client in connected if not needed <= known_to(known, client.heads)]
    if old:
        names = ", ".join(script.revision for script in contracts)
        raise OldCodeConnected(
            f"The contract {names} has to wait: code of an earlier release is still connected. "
            "Wait until these are gone, or end them, then run the same command again (--force "
            "goes ahead beside them):\n" + "\n".join(f"  {client.description}" for client in old)
        )
