"""Questions to the server about what a change would do, asked on an unused copy of the table.

Only autogenerate asks them, on its scratch database.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from ..operations.algorithms import run_lightly
from ..operations.definitions import PROBE_KEY, specification
from ..session.driver import message

_TABLE = "alembic_probe"


def is_instant(connection: Connection, type_: TypeEngine[Any], expression: str) -> bool:
    """Tell whether a new column of *type_* takes the default *expression* and touches no row.

    Nothing stays behind.
    """
    definition = {"name": "probe", "type": type_, "nullable": True, "default": expression}
    try:
        column = specification(connection.dialect, definition)
        return _is_online(
            connection, f"CREATE TABLE {_TABLE} ({PROBE_KEY})", f"ADD COLUMN {column}"
        )
    except DBAPIError:
        return False  # It reads the row, or other tables: no default at all.


def is_online(connection: Connection, key: tuple[str | None, str], change: str) -> bool:
    """Tell whether ALTER TABLE *change* runs beside the traffic on the table (schema, name).

    Foreign keys are left out of account: the copy has none. A statement that fails for another
    reason is taken for one that does not.
    """
    table = connection.dialect.identifier_preparer.format_table(sa.table(key[1], schema=key[0]))
    try:
        return _is_online(connection, f"CREATE TABLE {_TABLE} LIKE {table}", change)
    except DBAPIError:
        return False


def why_impossible(
    connection: Connection, key: tuple[str | None, str], changes: list[str]
) -> str | None:
    """Return what the server says against ALTER TABLE *changes*, one after the other; else None.

    Nothing stays behind.
    """
    table = connection.dialect.identifier_preparer.format_table(sa.table(key[1], schema=key[0]))
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_TABLE}")
    connection.exec_driver_sql(f"CREATE TABLE {_TABLE} LIKE {table}")
    try:
        for change in changes:
            connection.exec_driver_sql(f"ALTER TABLE {_TABLE} {change}")
    except DBAPIError as error:
        return (
            message(error)
            .replace(_TABLE, key[1])
            .replace(f"`{connection.engine.url.database}`.", "")
        )
    finally:
        connection.exec_driver_sql(f"DROP TABLE {_TABLE}")
    return None


def is_referenced(connection: Connection | None, key: tuple[str | None, str], name: str) -> bool:
    """Tell whether a foreign key rests on the constraint *name* of the table (schema, name)."""
    if connection is None:
        return False
    found = connection.scalar(
        sa.text(
            "SELECT 1 FROM information_schema.referential_constraints "
            "WHERE unique_constraint_schema = COALESCE(:schema, DATABASE()) "
            "AND referenced_table_name = :table AND unique_constraint_name = :name LIMIT 1"
        ),
        {"schema": key[0], "table": key[1], "name": name},
    )
    return found is not None


def _is_online(connection: Connection, create: str, change: str) -> bool:
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_TABLE}")
    connection.exec_driver_sql(create)
    try:
        statement = f"ALTER TABLE {_TABLE} {change}"
        return run_lightly(statement, connection.exec_driver_sql) is None
    finally:
        connection.exec_driver_sql(f"DROP TABLE {_TABLE}")
