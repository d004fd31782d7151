"""A question to SQLite about a default, asked on an unused table."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

_TABLE = "alembic_value_probe"


def is_instant(connection: Connection, type_: TypeEngine[Any], expression: str) -> bool:
    """Tell whether a new column of *type_* takes the default *expression* and touches no row.

    SQLite adds a column with a constant default to a table with rows, and refuses any other
    (docs, "ALTER TABLE ADD COLUMN").
    """
    compiled = type_.compile(dialect=connection.dialect)
    column = f"probe {compiled} DEFAULT ({expression})"
    with connection.begin_nested() as savepoint:
        try:
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_TABLE} AS SELECT 1 AS filled")
            connection.exec_driver_sql(f"ALTER TABLE {_TABLE} ADD COLUMN {column}")
        except DBAPIError:
            return False
        finally:
            savepoint.rollback()
    return True
