"""What SQLAlchemy and asyncmy are told, and what MySQL's errors mean to whoever reads them."""

import logging
import re
import ssl
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from . import parameters
from .database_settings import DatabaseSettings
from .marks import take_marks

NAME = "MySQL"
DIALECT = "mysql"
DRIVER = f"{DIALECT}+asyncmy"
# Schemes that are given the driver.
SCHEMES: tuple[str, ...] = ("mariadb", DIALECT)
EXAMPLE = "mysql://user:password@host:3306/database"
# Of all that has a name, but for aliases (MySQL manual, 11.2.1).
LONGEST_NAME: int | None = 64
LONGEST_CLIENT_NAME: int | None = None
HAS_SCHEMAS = False
# What a migration that gives up says of who held the lock.
LOCK_HINT = "the log names who held it"

# Every session of ours, whatever the server's own defaults are: faulty values are errors, and
# times are UTC. The modes are MySQL 8.4's defaults; MariaDB knows them all.
_SESSION = {
    "sql_mode": "'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
    "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    "time_zone": "'+00:00'",
}
# The server's own timeouts are meant for its services, not for a migration. The comments hold
# what only one of the servers knows: MariaDB runs the first, MySQL the second. A session whose
# client has vanished without a word goes, and its locks with it, after so many seconds.
MIGRATION_SESSION = {
    "/*M! max_statement_time = 0, idle_transaction_timeout = 0, */"
    " /*!80000 max_execution_time = 0, */ wait_timeout": "600",
}

# By error number (MySQL manual, Error Message Reference). Why a connection was refused.
_REFUSALS = {
    1040: "the server has no connection left",
    1044: "the user has no right to this database",
    1045: "the user name or the password is wrong",
    1049: "the database does not exist",
    1053: "the server is starting or stopping",
    1129: "the server has blocked this host after many failed connections",
    1130: "the server does not let this host in",
    1203: "the user has no connection left",
    2002: "nobody answers there",
    2003: "nobody answers there",
    2013: "the server closed the connection, as while it starts",
}
# Of these, the ones that pass by themselves.
_PASSING = (1040, 1053, 1203, 2002, 2003, 2013)
# What the server says when it cannot go on.
_FAULTS = {
    1021: "the server's disk is full",
    1037: "the server is out of memory",
    1040: "the server has no connection left",
    1041: "the server is out of memory",
    1044: "the user lacks a right",
    1053: "the server is stopping",
    1114: "the table or the server's disk is full",
    1142: "the user lacks a right",
    1143: "the user lacks a right",
    1227: "the user lacks a right",
    1290: "the server is read-only, as a replica is",
    1317: "the statement was cancelled by hand",
    1799: "more was written during the change than innodb_online_alter_log_max_size holds: raise "
    "it, or choose a quieter hour",
    1836: "the server is read-only, as a replica is",
    1927: "an administrator ended the connection",
    1969: "the statement was cancelled by a timeout",
    2006: "the connection was lost",
    2013: "the connection was lost",
    3024: "the statement was cancelled by a timeout",
    4031: "the server ended a session that had been idle for too long",
}
_NO_SPACE = "28 "  # ENOSPC, as the storage engine passes it on in error 1030
LOCK_WAIT_TIMEOUT = 1205
DEADLOCK = 1213
# The value may hold apostrophes: up to the last one.
_ENTRY = re.compile(r"Duplicate entry '.*' for key", re.DOTALL)
# A CHECK that says no (MySQL, MariaDB), and values that do not fit: neither is always an error of
# the DB-API's kinds.
_RULES = (3819, 4025)
_VALUES = (1264, 1292, 1366, 1406)

# asyncmy logs what the server warns of. Alembic names the key of its table, which is always PRIMARY;
# and SHOW PROCESSLIST is what both servers have, whatever rights a user has.
_OF_NO_USE = ("ignored for PRIMARY key", "'INFORMATION_SCHEMA.PROCESSLIST' is deprecated")
logging.getLogger("asyncmy").addFilter(
    lambda record: not any(part in record.getMessage() for part in _OF_NO_USE)
)


def read_parameters(url: URL) -> URL:
    """Return *url* with the parameters that we can connect with; ValueError tells what we cannot."""
    return parameters.read(url)


@sa.event.listens_for(sa.Engine, "do_connect")
def _take_parameters(dialect: Dialect, _: Any, arguments: Any, options: dict[str, Any]) -> None:
    """Hand over TLS, and the password as the server's own clients do: asyncmy takes it for Latin-1."""
    if dialect.driver != "asyncmy":
        return
    parameters.arguments(options)
    if isinstance(options.get("password"), str):
        options["password"] = options["password"].encode()


def engine_options(application_name: str, **session: str) -> dict[str, Any]:
    """Return the arguments of ``create_async_engine`` for connections of this name.

    *session* are variables such as ``lock_wait_timeout="1"``, as SQL: they outlive every
    transaction. The connections of a service carry its marks (see ``marks.py``).
    """
    settings = [f"{name} = {value}" for name, value in (session | _SESSION).items()]
    return {
        "connect_args": {
            "charset": "utf8mb4",
            "init_command": "SET SESSION " + ", ".join(settings + take_marks(application_name)),
            # Where performance_schema is on: session_connect_attrs shows it.
            "program_name": application_name,
        }
    }


def service_options(application_name: str, settings: DatabaseSettings) -> dict[str, Any]:
    """As ``engine_options``, for the running service."""
    seconds = settings.database_statement_timeout
    # MariaDB runs the first comment, in seconds; MySQL the second, which bounds its SELECTs.
    bound = (
        f"/*M! max_statement_time = {seconds:.3f}, */"
        f" /*!80000 max_execution_time = {max(1, round(seconds * 1000))}, */ lock_wait_timeout"
    )
    return engine_options(application_name, **{bound: f"{max(1, round(seconds))}"})


def migration_options(
    application_name: str, *, answer_within: float | None = None, **session: str
) -> dict[str, Any]:
    """As ``engine_options``, for a migration; a statement has *answer_within* seconds, if given."""
    options = engine_options(application_name, **(MIGRATION_SESSION | session))
    options["connect_args"]["read_timeout"] = answer_within
    return options


def refusal(error: BaseException) -> str | None:
    """Return why the server refused a connection, where *error* says so."""
    if isinstance(error, RuntimeError) and "cryptography" in str(error):
        return "the user's password needs the package cryptography: install the service anew"
    if _is_untrusted(error):
        return f"the server's certificate is not trusted ({message(error)})"
    return _REFUSALS.get(number(error))


def passes(error: BaseException) -> bool:
    """Tell whether a refused connection may succeed a little later."""
    is_network = number(error) in _PASSING or isinstance(_origin(error), OSError)
    # A certificate that is not trusted stays so.
    return is_network and not _is_untrusted(error)


def fault(error: BaseException) -> str | None:
    """Return what happened where the server or the connection gave out; None for other errors."""
    if not isinstance(error, DBAPIError) and not _is_of_driver(error):
        return None
    reason = _FAULTS.get(number(error))
    said = message(error)
    if number(error) == 1030 and _NO_SPACE in said:
        reason = "the server's disk is full"
    if reason is None and getattr(error, "connection_invalidated", True):
        reason = "the connection was lost"
    if reason is None:
        return None
    return f"{reason} ({said.rstrip('.')})" if said else reason


def said(error: BaseException) -> str:
    """Return what the server said, on one line, without the value that stands twice."""
    said = message(error) or str(_origin(error))
    # "Duplicate entry '…' for key 'book.title'".
    return _ENTRY.sub("Duplicate entry for key", said).rstrip(".")


def is_lock_failure(error: BaseException) -> bool:
    """Tell whether *error* means that a lock was not granted in time, so that a retry may help."""
    return isinstance(error, DBAPIError) and number(error) in (LOCK_WAIT_TIMEOUT, DEADLOCK)


def breaks_a_rule(error: DBAPIError) -> bool:
    """Tell whether a constraint of the database forbids what was asked."""
    return isinstance(error, IntegrityError) or number(error) in _RULES


def refuses_a_value(error: DBAPIError) -> bool:
    """Tell whether a value is out of range, too long, or of no form that the column takes."""
    return isinstance(error, DataError) or number(error) in _VALUES


def number(error: BaseException) -> int:
    """Return the server's (or, from 2000 on, the client's) error number in *error*, or 0."""
    arguments = _origin(error).args
    return arguments[0] if arguments and isinstance(arguments[0], int) else 0


def message(error: BaseException) -> str:
    """Return what the server said, on one line."""
    arguments = _origin(error).args
    return " ".join(str(arguments[1]).split()) if len(arguments) > 1 else ""


def _is_untrusted(error: BaseException) -> bool:
    # asyncmy tells it as an error of the network.
    return isinstance(_origin(error), ssl.SSLError) or "certificate verify failed" in message(error)


def _is_of_driver(error: BaseException) -> bool:
    """Tell what SQLAlchemy passes on as it is: the connection broke between two statements."""
    return type(error).__module__.partition(".")[0] == "asyncmy"


def _origin(error: BaseException) -> BaseException:
    return getattr(error, "orig", None) or error
