"""Which code of this service is connected: connections hold marks of the revisions it was built with.

The marks are those of ``marks.py``. The connections' ids come from the processlist, which shows a
user its own connections, and those of others only with the right PROCESS (MySQL manual, SHOW
PROCESSLIST).
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import URL, RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from ...interface import Client
from ...session.connect import connection_to
from ...session.errors import OldCodeConnected
from ...session.identity import named
from ...session.url import load_settings, parse
from ..session.marks import mark_of_head, mark_of_service

# How many marks are asked for in one statement, of some 80 characters each: no server refuses that.
_MARKS_AT_ONCE = 500


async def list_clients(url: URL, known: ScriptDirectory) -> list[Client]:
    """Return the service's connections to the database at *url*.

    Raises OldCodeConnected where the user who migrates cannot see those of the service's user.
    """
    async with connection_to(url, autocommit=True, prompt=True) as connection:
        if not await _sees_the_service(connection, url):
            raise OldCodeConnected(
                f"The contract phase has to wait: the user {url.username} cannot see whether code "
                "of an earlier release is still connected. Grant it the right PROCESS, or look "
                "for yourself and run the same command again with --force"
            )
        listed = (await connection.exec_driver_sql("SHOW PROCESSLIST")).mappings().all()
        database = await connection.scalar(sa.text("SELECT DATABASE()"))
        sessions = {row["Id"]: row for row in listed if row["db"] == database}
        ours = await _holders(connection, mark_of_service(), sessions)
        heads: dict[int, list[str]] = {session: [] for session in ours}
        for script in known.walk_revisions():
            for session in await _holders(connection, mark_of_head(script.revision), ours):
                heads[session].append(script.revision)
    return [
        Client(_description(sessions[session], heads[session]), heads[session]) for session in ours
    ]


async def _holders(connection: AsyncConnection, mark: str, sessions: Iterable[int]) -> list[int]:
    """Return those of *sessions* that hold *mark*."""
    left, found = list(sessions), []
    while left:
        some, left = left[:_MARKS_AT_ONCE], left[_MARKS_AT_ONCE:]
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


def _description(session: RowMapping, heads: list[str]) -> str:
    name = named(sorted(heads) or ["a revision that this build does not know"])
    return f"connection {session['Id']} ({name}) of {session['User']} from {session['Host']}"
