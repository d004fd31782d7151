"""Errors that are told in one sentence, by our command line and by Alembic's."""

from alembic.util import CommandError
from sqlalchemy.exc import PendingRollbackError

from ..database import driver


class DatabaseError(CommandError):
    """The database cannot be used as asked; the message says why and what helps."""


class Unreachable(DatabaseError):
    """Nobody answers yet, as while a server starts: waiting may help."""


class Exhausted(DatabaseError):
    """Each connection of this process is in use: the database may be well."""


class OldCodeConnected(DatabaseError):
    """Replicas of an earlier release are still connected: the contract phase has to wait."""


class Stopped(DatabaseError):
    """SIGTERM or Ctrl-C ended the command between two statements."""

    exit_code = 75  # EX_TEMPFAIL of sysexits.h: the same command goes on later


def sentence_for(error: BaseException) -> DatabaseError | None:
    """Return *error* as one sentence where the server or the connection gave out; else None.

    Faults of the SQL itself stay as they are: their author needs the traceback.
    """
    fault: BaseException | None = error
    # Alembic tidies up behind a connection that broke, and so hides why it did.
    while isinstance(fault, PendingRollbackError):
        fault = fault.__context__
    reason = None if fault is None else driver.fault(fault)
    if reason is None:
        return None
    return DatabaseError(
        f"The database could not go on: {reason}. What is done stays done; when that is mended, "
        "run the same command again"
    )
