"""What the database answers inside a revision: told with its file, its line and the statement."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from alembic.script import Script
from sqlalchemy.exc import DBAPIError

from ..database import driver
from ..phase import phase_of_revision
from ..session.errors import DatabaseError

# Characters of a statement: enough to know it again.
_LONGEST = 300
_MORE = "(--traceback shows where in the code; for alembic: --raiseerr)"


@contextmanager
def told() -> Iterator[None]:
    """Raise DatabaseError in the place of an error that the database answers in the body.

    One that means that a lock was not granted stays: the command is tried again.
    """
    try:
        yield
    except DBAPIError as error:
        if driver.is_lock_failure(error) or error.connection_invalidated:
            raise
        place = _place(error)
        if not place and driver.fault(error) is not None:
            raise  # The connection tells it: it is no matter of a revision.
        raise DatabaseError(_sentence(error, place)) from error
    except DatabaseError as error:
        # A kind of its own means more than its words.
        if type(error) is not DatabaseError or not (place := _place(error)):
            raise
        raise DatabaseError(f"{error}\n  in: {place}") from error


def _sentence(error: DBAPIError, place: str) -> str:
    said = driver.said(error)
    fault = driver.fault(error)
    if fault is not None:
        said, instead = fault, "Mend that"
    elif driver.breaks_a_rule(error):
        instead = "Correct the rows that break the rule (db plan looks for them)"
    else:
        instead = "Mend the revision"
    lines = [
        f"Stopped in {place}: the database said: {said}" if place else f"The database said: {said}"
    ]
    if error.statement:
        lines.append(f"  in: {_short(error.statement)}")
    lines.append(f"{instead}, then run the same command again: what is done stays done {_MORE}")
    return "\n".join(lines)


def _place(error: BaseException) -> str:
    """Return the revision, its file and the line on which *error* came up; "" outside of any."""
    scripts = {script.path: script for script in context.script.walk_revisions()}
    found: tuple[Script, int] | None = None
    traceback = error.__traceback__
    while traceback is not None:
        script = scripts.get(traceback.tb_frame.f_code.co_filename)
        if script is not None:
            found = script, traceback.tb_lineno
        traceback = traceback.tb_next
    if found is None:
        return ""
    script, line = found
    phase = phase_of_revision(script)
    return f"revision {script.revision} ({phase}), {script.path}:{line}"


def _short(statement: str) -> str:
    text = " ".join(statement.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
