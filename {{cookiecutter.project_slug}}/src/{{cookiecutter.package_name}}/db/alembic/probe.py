"""What kind of value an SQL expression is, asked of PostgreSQL itself on an unused table."""

import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

_TABLE = "alembic_value_probe"


class Kind(enum.Enum):
    """How an expression behaves as the default of a new column."""

    INSTANT = "a constant or stable value: kept once in the catalogue, no row is touched"
    VOLATILE = "a new value for each row: as a default of a new column it rewrites the table"
    PER_ROW = "reads the row or other tables: cannot be a default at all"


def kind_of(connection: Connection, type_: TypeEngine[Any], expression: str) -> Kind:
    """Return the kind of *expression* for a column of *type_*; nothing stays behind.

    PostgreSQL remembers a "missing value" for a column that it could add without a rewrite
    (docs, ALTER TABLE, Notes; catalogue pg_attribute.atthasmissing).
    """
    compiled = type_.compile(dialect=connection.dialect)
    try:
        with connection.begin_nested() as savepoint:
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_TABLE} AS SELECT 1 AS filled")
            connection.exec_driver_sql(
                f"ALTER TABLE {_TABLE} ADD COLUMN probe {compiled} DEFAULT {expression}"
            )
            instant = connection.scalar(
                sa.text(
                    "SELECT atthasmissing FROM pg_attribute WHERE attname = 'probe' "
                    "AND attrelid = to_regclass('pg_temp.' || :name)"
                ),
                {"name": _TABLE},
            )
            savepoint.rollback()
    except DBAPIError:
        return Kind.PER_ROW
    return Kind.INSTANT if instant else Kind.VOLATILE
