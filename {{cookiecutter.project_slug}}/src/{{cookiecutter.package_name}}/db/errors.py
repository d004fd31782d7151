"""Errors that are told in one sentence, by our command line and by Alembic's."""

from collections.abc import Iterator
from typing import Any

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, PendingRollbackError


# What the server says when it cannot go on, by SQLSTATE (PostgreSQL docs, appendix A).
_FAULTS = {
    "25P03": "the server ended a transaction that had been idle for too long",
    "42501": "the role lacks a right",
    "53100": "the server's disk is full",
    "53200": "the server is out of memory",
    "53300": "the server has no connection left",
    "57014": "the statement was cancelled, by a timeout or by hand",
    "57P01": "the server was shut down, or an administrator ended the connection",
    "57P02": "the server crashed",
    "57P03": "the server is starting or stopping",
    "57P05": "the server ended a session that had been idle for too long",
}
# The class of SQLSTATEs for connections that broke.
_CONNECTION = "08"


class DatabaseError(CommandError):
    """The database cannot be used as asked; the message says why and what helps."""


class Unreachable(DatabaseError):
    """Nobody answers yet, as while a server starts: waiting may help."""


class OldCodeConnected(DatabaseError):
    """Replicas of an earlier release are still connected: the contract phase has to wait."""


class Stopped(DatabaseError):
    """SIGTERM or Ctrl-C ended the command between two statements."""

    exit_code = 75  # EX_TEMPFAIL of sysexits.h: the same command goes on later


def told(error: BaseException) -> DatabaseError | None:
    """Return *error* as one sentence where the server or the connection gave out; else None.

    Faults of the SQL itself stay as they are: their author needs the traceback.
    """
    fault: BaseException | None = error
    # Alembic tidies up behind a connection that broke, and so hides why it did.
    while isinstance(fault, PendingRollbackError):
        fault = fault.__context__
    origin = fault.orig if isinstance(fault, DBAPIError) else fault
    if not isinstance(fault, DBAPIError) and not _is_of_driver(origin):
        return None
    states = list(_states(origin))
    reason = next((_FAULTS[state] for state in states if state in _FAULTS), None)
    broken = any(state.startswith(_CONNECTION) for state in states)
    if reason is None and (broken or getattr(fault, "connection_invalidated", True)):
        reason = "the connection was lost"
    if reason is None:
        return None
    detail = str(origin).rpartition(">: ")[2].strip().splitlines()
    said = f" ({detail[0].rstrip('.')})" if detail and not broken else ""
    return DatabaseError(
        f"The database could not go on: {reason}{said}. What is done stays done; when that is "
        "mended, run the same command again"
    )


def _is_of_driver(error: object) -> bool:
    """Tell what SQLAlchemy passes on as it is: the server said farewell between two statements."""
    return type(error).__module__.partition(".")[0] == "asyncpg"


def _states(error: Any) -> Iterator[str]:
    """Return the SQLSTATE of *error* and of what it came of: a lost connection has a reason."""
    while error is not None:
        yield getattr(error, "sqlstate", None) or ""
        error = error.__cause__
