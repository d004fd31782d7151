"""How a column's type and default are compared: as the server itself writes them down.

Stock comparison takes a DATETIME for a DATETIME(6) and a TEXT for a LONGTEXT, and does not know
every form in which a default comes back. Here the server is given the model's column in a
temporary table that is never used, and what SHOW COLUMNS says of both is compared: types
(BOOL and TINYINT(1), JSON and MariaDB's LONGTEXT, labels of an ENUM in their order), defaults,
ON UPDATE.
"""

from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from sqlalchemy import Column, Connection, Table
from sqlalchemy.exc import DBAPIError

from ....write.compare import defaults
from ....write.compare.comparator import compares_columns
from ...operations.definitions import PROBE_KEY, of_column

_PROBE = "alembic_column_probe"
_COLLATION = sa.text(
    "SELECT table_collation FROM information_schema.tables "
    "WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :name"
)


class Shown(NamedTuple):
    """What SHOW FULL COLUMNS says of a column."""

    type_: str
    collation: str | None
    default: str | None
    extra: str


@compares_columns
def compare_type(
    context: AutogenContext, alter: AlterColumnOp, inspected: Column[Any], column: Column[Any]
) -> bool:
    """Note in *alter* a type that differs; a collation counts where the model names one."""
    pair = _both(context, inspected, column)
    if pair is None:
        return False
    stored, declared = pair
    alter.existing_type = inspected.type
    named = getattr(column.type, "collation", None) or getattr(column.type, "charset", None)
    if declared.type_ != stored.type_ or (named and declared.collation != stored.collation):
        alter.modify_type = column.type
    return True


@compares_columns
def compare_server_default(
    context: AutogenContext, alter: AlterColumnOp, inspected: Column[Any], column: Column[Any]
) -> bool:
    """Note in *alter* a default that differs, ON UPDATE with it; generated columns are Alembic's."""
    pair = _both(context, inspected, column) if defaults.are_plain(inspected, column) else None
    if pair is None:
        return False
    stored, declared = pair
    differ = (stored.default, stored.extra) != (declared.default, declared.extra)
    defaults.note(alter, inspected, column, differ=differ)
    return True


def _both(
    context: AutogenContext, inspected: Column[Any], column: Column[Any]
) -> tuple[Shown, Shown] | None:
    """Return what the server shows of the column as it is, and as the model would have it.

    None where the model's cannot stand by itself, as a generated column.
    """
    connection = context.connection
    assert connection is not None
    # One command compares a table's columns one after the other, types and defaults.
    known: dict[Any, Any] = connection.info.setdefault(_PROBE, {})
    table: Table = inspected.table
    name = connection.dialect.identifier_preparer.format_table(table)
    if known.get("table") != name:
        key = {"schema": table.schema, "name": table.name}
        known.clear()
        known["table"] = name
        known["collation"] = connection.scalar(_COLLATION, key)
        known["shown"] = _show(connection, name)
    wanted = of_column(connection.dialect, column).replace(" AUTO_INCREMENT", "")
    if wanted not in known:
        known[wanted] = _probe(connection, wanted, str(known["collation"]))
    declared = known[wanted]
    return None if declared is None else (known["shown"][inspected.name], declared)


def _probe(connection: Connection, column: str, collation: str) -> Shown | None:
    try:
        connection.exec_driver_sql(
            f"CREATE TEMPORARY TABLE {_PROBE} ({column}, {PROBE_KEY}) DEFAULT COLLATE {collation}"
        )
    except DBAPIError:
        return None
    shown = next(iter(_show(connection, _PROBE).values()))
    connection.exec_driver_sql(f"DROP TEMPORARY TABLE {_PROBE}")
    return shown


def _show(connection: Connection, table: str) -> dict[str, Shown]:
    rows = connection.exec_driver_sql(f"SHOW FULL COLUMNS FROM {table}").mappings()
    return {
        row["Field"]: Shown(
            _text(row["Type"]),
            row["Collation"],
            None if row["Default"] is None else _text(row["Default"]),
            # MySQL 9 says "NULL" here of every column of a temporary table.
            row["Extra"].replace("auto_increment", "").replace("NULL", "").strip().lower(),
        )
        for row in rows
    }


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
