"""Who a session waits for, as PostgreSQL sees it."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ...servers.redact import without_values

# Seconds between two looks.
PAUSE = 0.05
_BLOCKERS = sa.text(
    "SELECT pid, application_name, state, "
    "extract(epoch FROM now() - xact_start)::float AS age, query "
    "FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids(:pid)) OR pid = :pid"
)
# Characters of a statement in one line of the log.
_LONGEST_STATEMENT = 120
# PostgreSQL docs, 4.1. A plain string with a backslash ends where a setting of its session says,
# and a comment in a comment is for no regular expression: both are left open.
_TOKENS = re.compile(
    r"""
    (?P<comment> --[^\n]* | /\*(?:(?!/\*|\*/).)*\*/ )
    | (?P<name> "(?:[^"]|"")*" | \$\d+ )
    | (?P<value> (?<![\w$])[eE]'(?:[^'\\]|''|\\.)*'
        | (?:(?<![\w$])(?:[nNxXbB]|[uU]&))?'(?:[^'\\]|'')*'
        | (?<![\w$])\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$
        | (?<![\w$])\.?\d[\w.]* )
    | (?P<open> ['"$] | /\* )
    """,
    re.S | re.X,
)


async def blockers_of(connection: AsyncConnection, session: int) -> dict[int, str] | None:
    """Return what is known of each session that *session* waits for, by pid.

    Asked on *connection*, in autocommit. None where *session* is gone.
    """
    rows = (await connection.execute(_BLOCKERS, {"pid": session})).all()
    if session not in (row.pid for row in rows):
        return None
    return {row.pid: _description(row) for row in rows if row.pid != session}


def id_of(session: Any) -> int:
    """Return the pid of the server's process behind asyncpg's *session*."""
    return int(session.get_server_pid())


def cut(session: Any) -> None:
    """End asyncpg's *session* without waiting for an answer."""
    session.terminate()


def statement_shown(statement: str) -> str:
    """Return *statement* on one line, with its values left out."""
    return without_values(statement, _TOKENS, _LONGEST_STATEMENT)


def _description(row: sa.Row[Any]) -> str:
    """Return pid, name, state, age and statement, with the values in the statement left out."""
    statement = statement_shown(row.query or "")
    since = "" if row.age is None else f", in a transaction for {row.age:.1f} s"
    name = row.application_name or "no application name"
    return f"pid {row.pid} ({name}, {row.state}{since}): {statement}"
