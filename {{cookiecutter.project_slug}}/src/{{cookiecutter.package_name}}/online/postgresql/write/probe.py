"""Questions to PostgreSQL about what a change would do, asked on unused tables."""

import enum
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

_TABLE = "alembic_value_probe"


def is_instant(connection: Connection, type_: TypeEngine[Any], expression: str) -> bool:
    """Tell whether a new column of *type_* takes the default *expression* and touches no row.

    Such a value is constant or stable. Nothing stays behind.
    PostgreSQL remembers a "missing value" for a column that it could add without a rewrite
    (docs, ALTER TABLE, Notes; system catalogs, pg_attribute.atthasmissing).
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
        return False  # It reads the row, or other tables: no default at all.
    return bool(instant)


class Conversion(enum.Enum):
    """What ALTER COLUMN … TYPE does to the rows."""

    IN_PLACE = "the rows stay as they are"
    REWRITE = "every row is written anew"
    NEEDS_USING = "there is no implicit cast: an expression must say how"
    IMPOSSIBLE = "there is no cast at all"


# SQLSTATE: cannot coerce.
_NO_CAST = "42846"


def conversion_of(connection: Connection, old: TypeEngine[Any], new: TypeEngine[Any]) -> Conversion:
    """Return what changing a column from *old* to *new* does, seen on an unused table."""
    types = [type_.compile(dialect=connection.dialect) for type_ in (old, new)]
    node = sa.text("SELECT relfilenode FROM pg_class WHERE oid = to_regclass('pg_temp.' || :name)")
    try:
        with connection.begin_nested() as savepoint:
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_TABLE} (probe {types[0]})")
            before = connection.scalar(node, {"name": _TABLE})
            connection.exec_driver_sql(f"ALTER TABLE {_TABLE} ALTER probe TYPE {types[1]}")
            after = connection.scalar(node, {"name": _TABLE})
            savepoint.rollback()
    except DBAPIError:
        can = _can_be_cast(connection, *types)
        return Conversion.NEEDS_USING if can else Conversion.IMPOSSIBLE
    return Conversion.IN_PLACE if before == after else Conversion.REWRITE


def _can_be_cast(connection: Connection, old: str, new: str) -> bool:
    """Tell whether a value of type *old* can be cast; a type that is yet to come may well be."""
    try:
        with connection.begin_nested() as savepoint:
            connection.exec_driver_sql(f"SELECT CAST(CAST(NULL AS {old}) AS {new})")
            savepoint.rollback()
    except DBAPIError as error:
        return getattr(error.orig, "sqlstate", None) != _NO_CAST
    return True


def rebuilds_indexes(
    connection: Connection, key: tuple[str | None, str], column: str, new: TypeEngine[Any]
) -> list[str]:
    """Return the indexes of the table (schema, name) that PostgreSQL would build anew for a change of type.

    It does so under ACCESS EXCLUSIVE. Seen on the table itself, which is as it was afterwards; it is
    one of a scratch database, without rows.
    """
    quote = connection.dialect.identifier_preparer.quote
    table = ".".join(quote(part) for part in key if part)
    nodes = sa.text(
        "SELECT c.relname, c.relfilenode FROM pg_index JOIN pg_class c ON c.oid = indexrelid "
        "WHERE indrelid = to_regclass(:table)"
    )
    type_ = new.compile(dialect=connection.dialect)
    try:
        with connection.begin_nested() as savepoint:
            before = {row[0]: row[1] for row in connection.execute(nodes, {"table": table})}
            connection.exec_driver_sql(f"ALTER TABLE {table} ALTER {quote(column)} TYPE {type_}")
            after = {row[0]: row[1] for row in connection.execute(nodes, {"table": table})}
            savepoint.rollback()
    except DBAPIError:
        return []  # What stands in the way is told where the change is proven.
    return sorted(name for name, node in after.items() if before.get(name) != node)


def is_partitioned(connection: Connection | None, key: tuple[str | None, str]) -> bool:
    """Tell whether the table (schema, name) is a partitioned parent."""
    if connection is None:
        return False
    preparer = connection.dialect.identifier_preparer
    name = ".".join(preparer.quote(part) for part in key if part)
    kind = connection.scalar(
        sa.text("SELECT relkind::text FROM pg_class WHERE oid = to_regclass(:name)"),
        {"name": name},
    )
    return bool(kind == "p")


def is_referenced(
    connection: Connection | None,
    key: tuple[str | None, str],
    name: str,
    *,
    but_for: Sequence[str] = (),
) -> bool:
    """Tell whether a foreign key rests on the constraint *name* of the table (schema, name).

    Those *but_for* are not counted: they go before it.
    """
    if connection is None:
        return False
    preparer = connection.dialect.identifier_preparer
    table = ".".join(preparer.quote(part) for part in key if part)
    return bool(
        connection.scalar(
            sa.text(
                "SELECT count(*) FROM pg_constraint key "
                "JOIN pg_constraint rule ON rule.conindid = key.conindid AND rule.contype <> 'f' "
                "WHERE key.contype = 'f' AND rule.conname = :name "
                "AND rule.conrelid = to_regclass(:table) AND key.conname <> ALL (:gone)"
            ).bindparams(sa.bindparam("gone", type_=postgresql.ARRAY(sa.Text))),
            {"name": name, "table": table, "gone": list(but_for)},
        )
    )
