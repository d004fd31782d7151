"""What a plan asks MySQL about: sizes and rights."""

import re
from collections.abc import Iterable

import sqlalchemy as sa
from alembic.operations import MigrateOperation
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ...interface import Need, Size
from ..session.driver import LOCK_WAIT_TIMEOUT, number

# Each of Alembic's operations looks whether its work has been done (``operations/online.py``).
LOOKS_FIRST = True
# Zero, or an empty text (MySQL manual, 13.6).
FILLS_NEW_COLUMNS = True
# Cancelled by max_execution_time (MySQL), by max_statement_time (MariaDB).
_CANCELLED = (3024, 1969)
_SIZE = sa.text(
    "SELECT table_rows AS amount, data_length AS heap, data_length + index_length AS bytes "
    "FROM information_schema.tables "
    "WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :name"
)
# Of GRANT … ON `database`.`table` TO …, with wildcards in the name of the database.
_GRANT = re.compile(r"GRANT (?P<rights>.+?) ON (?P<on>.+?) TO ", re.IGNORECASE | re.DOTALL)
_NEEDED: dict[Need, set[str]] = {
    Need.CHANGE: {"ALTER"},
    Need.DROP: {"DROP"},
    # ALTER TABLE … ADD INDEX needs no more than the change itself.
    Need.INDEX: set(),
    Need.FILL: {"SELECT", "UPDATE"},
    Need.REFER: {"REFERENCES"},
    Need.CREATE: {"CREATE"},
}


def session(seconds: float) -> dict[str, str]:
    """Return the settings of a session whose statements read alone, and end in *seconds*."""
    # MariaDB runs the first comment, MySQL the second.
    only = (
        f"/*M! max_statement_time = {seconds:.3f}, tx_read_only = 1, */"
        f" /*!80000 max_execution_time = {max(1, round(seconds * 1000))},"
        " transaction_read_only = 1, */ lock_wait_timeout"
    )
    return {only: f"{max(1, round(seconds))}"}


def only_read(connection: Connection, seconds: float) -> None:
    """Do nothing: the settings are enough."""


def ran_out(error: DBAPIError) -> bool:
    """Tell whether *error* means that the time was up."""
    return number(error) in (*_CANCELLED, LOCK_WAIT_TIMEOUT)


def size(connection: Connection, schema: str | None, table: str) -> Size:
    """Return about how large the table is, with its indexes; from InnoDB's statistics."""
    found = connection.execute(_SIZE, {"schema": schema, "name": table}).first()
    if found is None:
        return Size(None, None)
    if found.bytes is None:
        return Size(found.amount, None)
    return Size(found.amount, int(found.bytes), int(found.heap))


def lacks(connection: Connection, need: Need, schema: str | None, table: str) -> str | None:
    """Return the sentence on a right that the user lacks; None where it is there, or may be.

    A user with roles may have more than its grants say, and nobody can be asked for all of them.
    """
    if need is Need.REFER and getattr(connection.dialect, "is_mariadb", False):
        return None  # It asks for no right to refer.
    database = schema or connection.scalar(sa.text("SELECT DATABASE()"))
    grants = [str(row[0]) for row in connection.exec_driver_sql("SHOW GRANTS")]
    found = [_GRANT.match(grant) for grant in grants]
    if not all(found):
        return None
    given: set[str] = set()
    for match in found:
        assert match is not None
        if _covers(match["on"], str(database), table):
            rights = re.sub(r"\([^)]*\)", "", match["rights"]).upper()
            given |= {right.strip() for right in rights.split(",")}
    missing = sorted(_NEEDED[need] - given)
    if not missing or "ALL PRIVILEGES" in given:
        return None
    user = connection.scalar(sa.text("SELECT CURRENT_USER()"))
    listed = ", ".join(missing)
    return (
        f"The user {user} lacks the right {listed} on {table}: GRANT {listed} ON "
        f"{database}.* TO {user}"
    )


def hides_rows(connection: Connection, schema: str | None, table: str) -> None:
    """Return None: each user that may read a table sees all of its rows."""


def in_the_way(connection: Connection, operation: MigrateOperation) -> Iterable[str]:
    """Return nothing: a view does not keep its table from changing."""
    return ()


def _covers(on: str, database: str, table: str) -> bool:
    on = on.replace("`", "").replace('"', "")
    pattern, _, name = on.partition(".")
    wildcard = re.escape(pattern.replace("\\_", "_")).replace("%", ".*").replace("\\*", ".*")
    return bool(re.fullmatch(wildcard, database, re.IGNORECASE)) and name in ("*", table)
