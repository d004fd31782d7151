"""The gate of the contract phase: closed while code of an earlier release serves from the file.

A running service says which revisions it was built with (``presence.py``).
"""

from collections.abc import Iterable

from alembic.script import Script, ScriptDirectory
from sqlalchemy import URL

from ...deploy.lineage import known_to, required_by
from ...phase import phase_of_revision
from ...session.errors import OldCodeConnected
from ..session.files import path_of
from ..session.presence import serving


async def refuse_old_code(url: URL, known: ScriptDirectory, pending: Iterable[Script]) -> None:
    """Raise OldCodeConnected that lists the processes for which a *pending* contract is too early.

    *pending* are the revisions that are about to be applied.
    """
    contracts = [script for script in pending if phase_of_revision(script) == "contract"]
    needed = required_by(known, contracts)
    old = [one for one in serving(path_of(url)) if not needed <= known_to(known, one.heads)]
    if old:
        names = ", ".join(script.revision for script in contracts)
        raise OldCodeConnected(
            f"The contract {names} has to wait: code of an earlier release still serves. Wait "
            "until these processes have ended, or end them, then run the same command again "
            "(--force goes ahead beside them):\n"
            + "\n".join(f"  pid {one.pid}, built with {'+'.join(one.heads)}" for one in old)
        )
