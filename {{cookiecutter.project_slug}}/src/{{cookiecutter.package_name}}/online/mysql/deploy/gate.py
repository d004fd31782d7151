"""The gate of the contract phase: closed while code of an earlier release is connected.

A service's connections hold marks that say which revisions it was built with (``marks.py``).
Their ids come from the processlist, which shows a user its own connections, and those of others
only with the right PROCESS (MySQL manual, SHOW PROCESSLIST).
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic.script import Script, ScriptDirectory
from sqlalchemy import URL, RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from ...deploy.lineage import known_to, required_by
from ...phase import phase_of_revision
from ...session.connect import connection_to
from ...session.errors import OldCodeConnected
from ...session.identity import named
from ...session.url import load_settings, parse
from ..session.marks import mark_of_head, mark_of_service

# How many marks are asked for in one statement.
_AT_ONCE = 500


async def refuse_old_code(url: URL, known: ScriptDirectory, pending: Iterable[Script]) -> None:
    """Raise OldCodeConnected that lists the connections for which a *pending* contract is too early.

    *pending* are the revisions that are about to be applied. Raised as well where the user who
    migrates cannot see the connections of the service's user.
    """
    contracts = [script for script in pending if phase_of_revision(script) == "contract"]
    needed = required_by(known, contracts)
    names = ", ".join(script.revision for script in contracts)
    async with connection_to(url, autocommit=True, prompt=True) as connection:
        if not await _sees_the_service(connection, url):
            raise OldCodeConnected(
                f"The contract {names} has to wait: the user {url.username} cannot see whether "
                "code of an earlier release is still connected. Grant it the right PROCESS, or "
                "look for yourself and run the same command again with --force"
            )
        old = await _old_connections(connection, known, needed)
    if old:
        raise OldCodeConnected(
            f"The contract {names} has to wait: code of an earlier release is still connected. "
            "Wait until these are gone, or end them, then run the same command again (--force "
            "goes ahead beside them):\n" + "\n".join(f"  {line}" for line in old)
        )


async def _old_connections(
    connection: AsyncConnection, known: ScriptDirectory, needed: set[str]
) -> list[str]:
    """Return a line for each connection of this service that was built without *needed*."""
    listed = (await connection.exec_driver_sql("SHOW PROCESSLIST")).mappings().all()
    database = await connection.scalar(sa.text("SELECT DATABASE()"))
    sessions = {row["Id"]: row for row in listed if row["db"] == database}
    ours = await _marked(connection, mark_of_service(), sessions)
    heads: dict[int, list[str]] = {session: [] for session in ours}
    for script in known.walk_revisions():
        for session in await _marked(connection, mark_of_head(script.revision), ours):
            heads[session].append(script.revision)
    return [
        _described(sessions[session], heads[session])
        for session in ours
        if not needed <= known_to(known, heads[session])
    ]


async def _marked(connection: AsyncConnection, mark: str, sessions: Iterable[int]) -> list[int]:
    """Return those of *sessions* that hold *mark*."""
    left, found = list(sessions), []
    while left:
        some, left = left[:_AT_ONCE], left[_AT_ONCE:]
        asked = ", ".join(f"IS_USED_LOCK('{mark}{session}')" for session in some)
        held = (await connection.exec_driver_sql(f"SELECT {asked}")).one()
        found += [session for session, holder in zip(some, held, strict=True) if holder]
    return found


async def _sees_the_service(connection: AsyncConnection, url: URL) -> bool:
    service = load_settings().database_url
    if service is None or parse(service.get_secret_value()).username == url.username:
        return True
    grants = (await connection.exec_driver_sql("SHOW GRANTS")).scalars()
    everywhere = [text.partition(" ON *.* ")[0] for text in grants if " ON *.* " in text]
    return any("PROCESS" in rights or "ALL PRIVILEGES" in rights for rights in everywhere)


def _described(session: RowMapping, heads: list[str]) -> str:
    name = named(sorted(heads) or ["a revision that this build does not know"])
    return f"connection {session['Id']} ({name}) of {session['User']} from {session['Host']}"
