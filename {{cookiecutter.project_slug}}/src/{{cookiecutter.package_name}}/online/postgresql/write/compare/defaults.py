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
from alembic.util import PriorityDispatchResult
from sqlalchemy import Column, Connection, DefaultClause
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.exc import DBAPIError

from ....internals import numbered_column
from ....write.stored import default_text

_PROBE = "alembic_default_probe"


def compare_server_default(
    context: AutogenContext,
    alter: AlterColumnOp,
    schema: str | None,
    table_name: str,
    column_name: str,
    inspected: Column[Any],
    column: Column[Any],
) -> PriorityDispatchResult:
    """Note in *alter* a default that differs; identity and computed columns are Alembic's."""
    ours, theirs = column.server_default, inspected.server_default
    if not all(isinstance(default, DefaultClause | None) for default in (ours, theirs)):
        return PriorityDispatchResult.CONTINUE
    if ours is None and theirs is not None and _is_implied(theirs, inspected, column):
        return PriorityDispatchResult.STOP
    alter.existing_server_default = theirs
    assert context.connection is not None
    if default_text(context.connection, ours) != default_text(
        context.connection, theirs
    ) and canonical_default(context.connection, inspected, ours) != default_text(
        context.connection, theirs
    ):
        alter.modify_server_default = ours
    return PriorityDispatchResult.STOP


def _is_implied(default: Any, inspected: Column[Any], column: Column[Any]) -> bool:
    """Tell whether *default* came with the column's type: with its domain, or with a serial.

    Alembic knows a serial by itself, but not a small one.
    """
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
