"""What SHOW CREATE TABLE says of a part of a table: of the real one, and of an unused copy."""

import re

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ...operations.definitions import PROBE_KEY

_COPY = "alembic_compare_probe"


def parts_of(connection: Connection, table: str, line: re.Pattern[str]) -> dict[str, str]:
    """Return the parts of *table* by name; *line* finds a part's name and definition."""
    text = connection.exec_driver_sql(f"SHOW CREATE TABLE {table}").one()[1]
    return {name.replace("``", "`"): definition for name, definition in line.findall(text)}


def parts_after(
    connection: Connection, table: str, change: str, line: re.Pattern[str]
) -> dict[str, str]:
    """Return the parts of an unused copy of *table* after *change*; none where it cannot bear it."""
    # Not LIKE: a temporary table cannot have a FULLTEXT index.
    made = f"CREATE TEMPORARY TABLE {_COPY} ({PROBE_KEY})"
    connection.exec_driver_sql(f"{made} SELECT * FROM {table} LIMIT 0")
    try:
        connection.exec_driver_sql(f"ALTER TABLE {_COPY} {change}")
        return parts_of(connection, _COPY, line)
    except DBAPIError:
        return {}
    finally:
        connection.exec_driver_sql(f"DROP TEMPORARY TABLE {_COPY}")
