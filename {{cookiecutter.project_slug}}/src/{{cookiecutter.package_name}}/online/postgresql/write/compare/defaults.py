"""How a column's server default is compared: as PostgreSQL itself would write it down.

Stock comparison sees differences where there are none (casts, ``nextval``), fails on ``json``
and apostrophes, and executes the default; a ``compare_server_default`` callable fails on
identity columns (Alembic 1.20.1). Here the server parses the model's default into a temporary
table that is never used, and the two canonical texts are compared.
"""

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from sqlalchemy import Column, Connection
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.exc import DBAPIError

from ....internals import numbered_column
from ....write.compare import defaults
from ....write.compare.comparator import compares_columns
from ....write.stored import default_text

_PROBE = "alembic_default_probe"


@compares_columns
def compare_server_default(
    context: AutogenContext, alter: AlterColumnOp, inspected: Column[Any], column: Column[Any]
) -> bool:
    """Note in *alter* a default that differs; identity and computed columns are Alembic's."""
    if not defaults.are_plain(inspected, column):
        return False
    if _is_implied(inspected, column):
        return True
    connection, declared = context.connection, column.server_default
    assert connection is not None
    stored = default_text(connection, inspected.server_default)
    differ = (
        default_text(connection, declared) != stored
        and canonical_default(connection, inspected, declared) != stored
    )
    defaults.note(alter, inspected, column, differ=differ)
    return True


def _is_implied(inspected: Column[Any], column: Column[Any]) -> bool:
    """Tell whether the default came with the column's type: with its domain, or with a serial.

    Alembic knows a serial by itself, but not a small one.
    """
    default: Any = inspected.server_default
    if default is None or column.server_default is not None:
        return False
    text = str(default.arg)
    type_ = inspected.type
    if isinstance(type_, DOMAIN):
        return str(type_.default) == text
    return column is numbered_column(column.table) and text.startswith("nextval(")


def canonical_default(connection: Connection, column: Column[Any], default: Any) -> str | None:
    """Return *default* as PostgreSQL deparses it for *column*, or None where it cannot stand."""
    if default is None:
        return None
    type_ = column.type.compile(dialect=connection.dialect)
    try:
        with connection.begin_nested() as savepoint:
            connection.exec_driver_sql(
                f"CREATE TEMPORARY TABLE {_PROBE} "
                f"(probe {type_} DEFAULT {default_text(connection, default)})"
            )
            text = connection.scalar(
                sa.text(
                    "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef "
                    "WHERE adrelid = to_regclass('pg_temp.' || :name)"
                ),
                {"name": _PROBE},
            )
            savepoint.rollback()
            return None if text is None else str(text)
    except DBAPIError:
        return None
