"""Errors that are told in one sentence, by our command line and by Alembic's."""

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

# What the server says when it cannot go on, by SQLSTATE (PostgreSQL docs, appendix A).
_FAULTS = {
    "25006": "the server is read only: it is a replica, or has been set so",
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


def told(error: DBAPIError) -> DatabaseError | None:
    """Return *error* as one sentence where the server or the connection gave out; else None.

    Faults of the SQL itself stay as they are: their author needs the traceback.
    """
    state = getattr(error.orig, "sqlstate", None) or ""
    reason = _FAULTS.get(state)
    if reason is None and (state.startswith(_CONNECTION) or error.connection_invalidated):
        reason = "the connection was lost"
    if reason is None:
        return None
    detail = str(error.orig).rpartition(">: ")[2].strip().splitlines()
    said = f" ({detail[0].rstrip('.')})" if detail else ""
    return DatabaseError(
        f"The database could not go on: {reason}{said}. What is done stays done; when that is "
        "mended, run the same command again"
    )
