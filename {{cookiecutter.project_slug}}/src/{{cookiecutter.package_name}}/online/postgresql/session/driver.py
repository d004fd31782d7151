"""What SQLAlchemy and asyncpg are told, and what PostgreSQL's errors mean to whoever reads them."""

import ssl
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from . import parameters
from .database_settings import DatabaseSettings

NAME = "PostgreSQL"
DIALECT = "postgresql"
DRIVER = f"{DIALECT}+asyncpg"
# Schemes that are given the driver.
SCHEMES: tuple[str, ...] = ("postgres", DIALECT)
EXAMPLE = "postgresql://user:password@host:5432/database"
# NAMEDATALEN - 1: identifiers are cut off after so many bytes (PostgreSQL docs, 4.1.1).
LONGEST_NAME: int | None = 63
# The server cuts off the name of a client there too.
LONGEST_CLIENT_NAME: int | None = 63
HAS_SCHEMAS = True
# What a migration that gives up says of who held the lock.
LOCK_HINT = "the log names who held it"

# A prepared statement with a name stays on one connection of the server, and the next transaction
# may get another one. Without a name it is parsed again in each transaction.
_NOTHING_OUTLIVES_A_TRANSACTION: dict[str, Any] = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": lambda: "",
}

# The role's own timeouts are meant for its service, not for a backfill.
MIGRATION_SESSION = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}

# The server looks every minute whether we are there, and lets go of us 30 s later. So a lock never
# outlives its client by more, and no firewall forgets a connection that waits for a long statement
# (seconds; PostgreSQL docs, 19.3.2).
_KEEPALIVE = {
    "tcp_keepalives_idle": "60",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}

# By SQLSTATE (PostgreSQL docs, appendix A). Why a connection was refused; the last two pass.
_REFUSALS = {
    "28P01": "the user name or the password is wrong",
    "28000": "the server does not let this user in",
    "3D000": "the database does not exist",
    "53300": "the server has no connection left",
    "57P03": "the server is still starting",
}
_PASSING = ("53300", "57P03")
# What PgBouncer says of settings that would outlive the transaction (SQLSTATE 08P01).
_POOLER_REFUSES = "unsupported startup parameter"
# What the server says when it cannot go on.
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
LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK_DETECTED = "40P01"


def read_parameters(url: URL) -> URL:
    """Return *url* with the parameters that we can connect with; ValueError tells what we cannot."""
    return parameters.read(url)


@sa.event.listens_for(sa.Engine, "do_connect")
def _take_parameters(dialect: Dialect, _: Any, arguments: Any, options: dict[str, Any]) -> None:
    """Hand asyncpg what the URL says in libpq's words."""
    if dialect.driver == "asyncpg":
        parameters.arguments(options)


def engine_options(application_name: str, **session: str) -> dict[str, Any]:
    """Return the arguments of ``create_async_engine`` for connections of this name.

    *session* are settings such as ``lock_timeout="200ms"``: they outlive every transaction, and
    RESET returns to them.
    """
    return {"connect_args": {"server_settings": {"application_name": application_name} | session}}


def service_options(application_name: str, settings: DatabaseSettings) -> dict[str, Any]:
    """As ``engine_options``, for the running service: with or without a pooler before the server."""
    if settings.database_pooling == "transaction":
        # The pooler refuses a setting of the session: there the role has to have it.
        options = engine_options(application_name)
        options["connect_args"] |= _NOTHING_OUTLIVES_A_TRANSACTION
        return options
    milliseconds = max(1, round(settings.database_statement_timeout * 1000))
    return engine_options(application_name, statement_timeout=f"{milliseconds}")


def migration_options(
    application_name: str, *, answer_within: float | None = None, **session: str
) -> dict[str, Any]:
    """As ``engine_options``, for a migration; a statement has *answer_within* seconds, if given."""
    options = engine_options(application_name, **(_KEEPALIVE | session))
    options["connect_args"]["command_timeout"] = answer_within
    return options


def refusal(error: BaseException) -> str | None:
    """Return why the server refused a connection, where *error* says so."""
    said = str(_origin(error))
    if said.startswith(_POOLER_REFUSES):
        return f"{said} (a pooler answers: give migrations a direct URL in MIGRATIONS_DATABASE_URL)"
    return _REFUSALS.get(sqlstate(error))


def passes(error: BaseException) -> bool:
    """Tell whether a refused connection may succeed a little later."""
    origin = _origin(error)
    # A certificate that is not trusted stays so.
    is_network = isinstance(origin, OSError) and not isinstance(origin, ssl.SSLError)
    return sqlstate(error) in _PASSING or is_network


def fault(error: BaseException) -> str | None:
    """Return what happened where the server or the connection gave out; None for other errors."""
    origin = _origin(error)
    if not isinstance(error, DBAPIError) and not _is_of_driver(origin):
        return None
    states = list(_states(origin))
    reason = next((_FAULTS[state] for state in states if state in _FAULTS), None)
    broken = any(state.startswith(_CONNECTION) for state in states)
    if reason is None and (broken or getattr(error, "connection_invalidated", True)):
        reason = "the connection was lost"
    if reason is None:
        return None
    detail = str(origin).rpartition(">: ")[2].strip().splitlines()
    return f"{reason} ({detail[0].rstrip('.')})" if detail and not broken else reason


def said(error: BaseException) -> str:
    """Return what the server said, on one line, without the values that its details may hold."""
    lines = str(_origin(error)).rpartition(">: ")[2].strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def is_lock_failure(error: BaseException) -> bool:
    """Tell whether *error* means that a lock was not granted in time, so that a retry may help."""
    # Not an OperationalError on asyncpg.
    return isinstance(error, DBAPIError) and sqlstate(error) in (
        LOCK_NOT_AVAILABLE,
        DEADLOCK_DETECTED,
    )


def breaks_a_rule(error: DBAPIError) -> bool:
    """Tell whether a constraint of the database forbids what was asked."""
    return isinstance(error, IntegrityError)


def refuses_a_value(error: DBAPIError) -> bool:
    """Tell whether a value is out of range, too long, or of no form that the column takes."""
    # Not always a DataError on asyncpg: class 22 is the standard's "data exception", and a value
    # that cannot even be sent is a ValueError.
    cause = getattr(error.orig, "__cause__", None)
    is_data_exception = isinstance(error, DataError) or sqlstate(error).startswith("22")
    return is_data_exception or isinstance(cause, ValueError)


def sqlstate(error: BaseException) -> str:
    """Return the SQLSTATE that *error* carries, or ""."""
    return getattr(_origin(error), "sqlstate", None) or ""


def _origin(error: BaseException) -> BaseException:
    return getattr(error, "orig", None) or error


def _is_of_driver(error: BaseException) -> bool:
    """Tell what SQLAlchemy passes on as it is: the server said farewell between two statements."""
    return type(error).__module__.partition(".")[0] == "asyncpg"


def _states(error: BaseException | None) -> Iterator[str]:
    """Yield the SQLSTATE of *error* and of what it came of: a lost connection has a reason."""
    while error is not None:
        yield getattr(error, "sqlstate", None) or ""
        error = error.__cause__
