"""Who a session waits for, as the server sees it.

Where performance_schema is on, it names the sessions that hold the very lock; elsewhere (as on
MariaDB by default) all sessions with an open transaction are named, for it is one of them.
"""

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ...servers.redact import without_values
from .driver import number

# Seconds between two looks.
PAUSE = 0.25
# The user may not see the transactions of others (the right PROCESS), or the locks.
_NO_RIGHT = (1142, 1227)
_HOLDERS = sa.text(
    "SELECT DISTINCT holder.processlist_id FROM performance_schema.threads waiter "
    "JOIN performance_schema.metadata_locks wanted "
    "ON wanted.owner_thread_id = waiter.thread_id AND wanted.lock_status = 'PENDING' "
    "JOIN performance_schema.metadata_locks held ON held.lock_status = 'GRANTED' "
    "AND held.object_type = wanted.object_type AND held.object_schema = wanted.object_schema "
    "AND held.object_name = wanted.object_name AND held.owner_thread_id <> waiter.thread_id "
    "JOIN performance_schema.threads holder ON holder.thread_id = held.owner_thread_id "
    "WHERE waiter.processlist_id = :id"
)
KNOWS_HOLDERS = sa.text(
    "SELECT 1 FROM performance_schema.setup_instruments "
    "WHERE name = 'wait/lock/metadata/sql/mdl' AND enabled = 'YES'"
)
OPEN_TRANSACTIONS = sa.text(
    "SELECT trx_mysql_thread_id, trx_state, "
    "TIMESTAMPDIFF(SECOND, trx_started, SYSDATE()) AS age FROM information_schema.innodb_trx"
)
# Characters of a statement in one line of the log.
_LONGEST_STATEMENT = 120
# MySQL manual, 11.1 and 11.7. Whether a backslash before a quote says that it goes on is a mode of
# its session, and a comment in a comment is for no regular expression: both are left open.
_TOKENS = re.compile(
    r"""
    (?P<comment> --(?=\s|\Z)[^\n]* | \#[^\n]* | /\*(?:(?!/\*|\*/).)*\*/ )
    | (?P<name> `(?:[^`]|``)*` )
    | (?P<value> '(?:[^'\\]|''|\\[^'])*' | "(?:[^"\\]|""|\\[^"])*"
        | (?<![\w$])\.?\d[\w.]* )
    | (?P<open> ['"`] | /\* | \$\w*\$ )
    """,
    re.S | re.X,
)


async def blockers_of(connection: AsyncConnection, session: int) -> dict[int, str] | None:
    """Return what is known of each session that *session* waits for, by id.

    Asked on *connection*, in autocommit. None where *session* is gone.
    """
    listed = await connection.exec_driver_sql("SHOW FULL PROCESSLIST")
    sessions = {row["Id"]: row for row in listed.mappings()}
    if session not in sessions:
        return None
    opened = {row[0]: row for row in await _rows(connection, OPEN_TRANSACTIONS)}
    holders: set[int] = set()
    if "metadata lock" in str(sessions[session]["State"] or ""):
        if await _rows(connection, KNOWS_HOLDERS):
            holders = {row[0] for row in await _rows(connection, _HOLDERS, id=session)}
        else:
            holders = set(opened)
    elif session in opened and opened[session].trx_state == "LOCK WAIT":
        holders = set(opened)
    return {
        holder: _description(sessions[holder], opened[holder].age if holder in opened else None)
        for holder in (holders & sessions.keys()) - {session}
    }


def id_of(session: Any) -> int:
    """Return the id of the server's thread behind asyncmy's *session*."""
    return int(session.thread_id())


def cut(session: Any) -> None:
    """End asyncmy's *session* without waiting for an answer."""
    session.close()


async def _rows(
    connection: AsyncConnection, query: sa.TextClause, **values: int
) -> Sequence[sa.Row[Any]]:
    try:
        return (await connection.execute(query, values)).all()
    except DBAPIError as error:
        if number(error) not in _NO_RIGHT:
            raise
        return []


def statement_shown(statement: str) -> str:
    """Return *statement* on one line, with its values left out."""
    return without_values(statement, _TOKENS, _LONGEST_STATEMENT)


def _description(session: Any, since: int | None) -> str:
    """Return id, user, state, age and statement, with the values in the statement left out."""
    statement = statement_shown(session["Info"] or "")
    age = "" if since is None else f", in a transaction for {since} s"
    who = f"user {session['User']} from {session['Host']}, {session['Command']}{age}"
    return f"connection {session['Id']} ({who}): {statement or 'no statement at the moment'}"
