"""How a column's server default is compared: as PostgreSQL itself would write it down.

Stock comparison sees differences where there are none (casts, ``nextval``), fails on ``json``
and apostrophes, and executes the default. Here the server parses the model's default into a
temporary table that is never used, and the two canonical texts are compared.
"""

from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection
from sqlalchemy.exc import DBAPIError

_PROBE = "alembic_default_probe"


def server_default_differs(
    context: MigrationContext,
    inspected_column: Column[Any],
    metadata_column: Column[Any],
    inspected_default: str | None,
    metadata_default: Any,
    rendered_metadata_default: str | None,
) -> bool | None:
    """Tell whether the database's default differs from the model's (Alembic's callable form).

    Returns None, which leaves the decision to Alembic, for identity and computed columns.
    """
    if _is_generated(inspected_column) or _is_generated(metadata_column):
        return None
    if inspected_default is None or rendered_metadata_default is None:
        return inspected_default is not rendered_metadata_default
    if inspected_default == rendered_metadata_default:
        return False
    assert context.connection is not None
    canonical = canonical_default(
        context.connection, inspected_column, _as_sql(metadata_default, rendered_metadata_default)
    )
    return canonical != inspected_default


def canonical_default(connection: Connection, column: Column[Any], default: str) -> str | None:
    """Return *default* as PostgreSQL deparses it for *column*, or None where it cannot stand."""
    type_ = column.type.compile(dialect=connection.dialect)
    try:
        with connection.begin_nested() as savepoint:
            connection.exec_driver_sql(
                f"CREATE TEMPORARY TABLE {_PROBE} (probe {type_} DEFAULT {default})"
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


def _is_generated(column: Column[Any]) -> bool:
    return column.identity is not None or column.computed is not None


def _as_sql(default: Any, rendered: str) -> str:
    # A plain string stands for a literal; text() and expressions come as SQL already.
    if isinstance(getattr(default, "arg", None), str):
        return "'" + rendered.replace("'", "''") + "'"
    return rendered
