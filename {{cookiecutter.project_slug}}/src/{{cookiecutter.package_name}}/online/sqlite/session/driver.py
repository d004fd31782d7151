"""What SQLAlchemy and aiosqlite are told, and what SQLite's errors mean to whoever reads them."""

from typing import Any

from sqlalchemy import URL
from sqlalchemy.dialects import plugins
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from .database_settings import DatabaseSettings

NAME = "SQLite"
DIALECT = "sqlite"
DRIVER = f"{DIALECT}+aiosqlite"
# Schemes that are given the driver.
SCHEMES: tuple[str, ...] = (DIALECT,)
EXAMPLE = "sqlite:////var/lib/service/data.sqlite3"
# No name is too long.
LONGEST_NAME: int | None = None
LONGEST_CLIENT_NAME: int | None = None
HAS_SCHEMAS = False
# What a give-up says of who held a lock.
LOCK_HINT = "another process keeps writing to the file"

# A migration takes the right to write at its start: asking later may fail at once, without a
# wait (SQLite docs, "Isolation", SQLITE_BUSY_SNAPSHOT).
MIGRATION_SESSION = {"begin": "IMMEDIATE"}

# By primary result code (SQLite docs, "Result and Error Codes").
_BUSY, _LOCKED = 5, 6
_FAULTS = {
    3: "the operating system denies access to the file",
    8: "the file or its folder may only be read",
    10: "the operating system reports an error of the disk",
    11: "the file is damaged: restore a backup",
    13: "the disk is full",
    14: "the file cannot be opened (does its folder exist, and may this user write there?)",
    26: "the file is no SQLite database",
}
# Its PRAGMAs and its BEGIN: see ``transactions.py``.
_PLUGIN = "service.transactions"
# Seconds that a migration's statement waits where nobody says how long.
_PATIENCE = 5.0

plugins.register(_PLUGIN, f"{__package__}.transactions", "Transactions")


def read_parameters(url: URL) -> URL:
    """Return *url* as it is: ``files.py`` refuses what leads to no file when it is opened."""
    return url


def engine_options(application_name: str, **session: str) -> dict[str, Any]:
    """Return the arguments of ``create_async_engine`` for connections of this name.

    *session* are PRAGMAs by name, such as ``busy_timeout="200"``, and ``begin``: how a
    transaction begins, ``DEFERRED`` or ``IMMEDIATE``; the execution option of this name wins.
    """
    return {"plugins": [_PLUGIN], "client": application_name, "pragmas": session}


def migration_options(
    application_name: str, *, answer_within: float | None = None, **session: str
) -> dict[str, Any]:
    """As ``engine_options``, for a migration; a statement waits *answer_within* seconds, if given."""
    seconds = _PATIENCE if answer_within is None else answer_within
    return engine_options(application_name, **({"busy_timeout": f"{seconds * 1000:.0f}"} | session))


def service_options(application_name: str, settings: DatabaseSettings) -> dict[str, Any]:
    """As ``engine_options``, for the running service."""
    return engine_options(application_name, busy_timeout=str(settings.database_busy_timeout))


def refusal(error: BaseException) -> str | None:
    """Return why the file could not be opened, where *error* says so."""
    return _FAULTS.get(result_code(error))


def passes(error: BaseException) -> bool:
    """Tell whether a refused connection may succeed a little later."""
    return result_code(error) in (_BUSY, _LOCKED)


def fault(error: BaseException) -> str | None:
    """Return what happened where the file or the disk gave out; None for other errors."""
    return _FAULTS.get(result_code(error))


def said(error: BaseException) -> str:
    """Return what SQLite said."""
    return str(getattr(error, "orig", None) or error).rstrip(".")


def is_lock_failure(error: BaseException) -> bool:
    """Tell whether *error* means that a lock was not granted in time, so that a retry may help."""
    return isinstance(error, DBAPIError) and result_code(error) in (_BUSY, _LOCKED)


def breaks_a_rule(error: DBAPIError) -> bool:
    """Tell whether a constraint of the database forbids what was asked."""
    return isinstance(error, IntegrityError)


def refuses_a_value(error: DBAPIError) -> bool:
    """Tell whether a value is out of range, too long, or of no form that the column takes."""
    # An integer of more than 64 bits is not even sent.
    return isinstance(error, DataError) or isinstance(error.orig, OverflowError)


def result_code(error: BaseException) -> int:
    """Return SQLite's primary result code that *error* carries, or 0."""
    origin = getattr(error, "orig", None) or error
    # The low byte: the rest tells more of the same.
    return (getattr(origin, "sqlite_errorcode", None) or 0) & 0xFF
