"""What a plan asks PostgreSQL about: sizes, rights, hidden rows, and what rests on a column."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ...interface import Need, Size
from ..session.driver import LOCK_NOT_AVAILABLE, sqlstate

# Alembic's operations do not look whether their work has been done.
LOOKS_FIRST = False
# A new NOT NULL column needs a default where there are rows.
FILLS_NEW_COLUMNS = False
_CANCELLED = "57014"

# Bytes: a table up to this size is counted faster than anybody reads.
_SMALL = 8 * 1024 * 1024
# Of a partitioned table, that of its parts.
_SIZE = sa.text(
    "SELECT reltuples::bigint AS rows, pg_table_size(oid) + coalesce(parts.own, 0) AS own, "
    "pg_total_relation_size(oid) + coalesce(parts.bytes, 0) AS bytes "
    "FROM pg_class, LATERAL (SELECT sum(pg_table_size(relid))::bigint AS own, "
    "sum(pg_total_relation_size(relid))::bigint AS bytes FROM pg_partition_tree(oid) "
    "WHERE relid <> oid) AS parts WHERE oid = to_regclass(:name)"
)
_OWNS = (
    "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:name)",
    "The role {role} does not own {name}, and may not change it",
    "let its owner migrate, or GRANT that role to {role}",
)
_MAKES = (
    "SELECT has_schema_privilege(:schema, 'CREATE') FROM pg_namespace WHERE nspname = :schema",
    "The role {role} may not create anything in the schema {schema}",
    "GRANT CREATE ON SCHEMA {schema} TO {role}",
)
# By what is needed: the question, what is missing where it says no, and what helps.
_RIGHTS = {
    Need.CHANGE: _OWNS,
    Need.DROP: _OWNS,
    # An index is an object of the schema.
    Need.INDEX: _MAKES,
    Need.CREATE: _MAKES,
    Need.FILL: (
        "SELECT has_table_privilege(to_regclass(:name), 'SELECT') "
        "AND has_table_privilege(to_regclass(:name), 'UPDATE')",
        "The role {role} may not read and update the rows of {name}",
        "GRANT SELECT, UPDATE ON {name} TO {role}",
    ),
    Need.REFER: (
        "SELECT has_table_privilege(to_regclass(:name), 'REFERENCES')",
        "The role {role} may not make a foreign key to {name}",
        "GRANT REFERENCES ON {name} TO {role}",
    ),
}
_HIDES = sa.text("SELECT row_security_active(:name) WHERE to_regclass(:name) IS NOT NULL")
_VIEWS = sa.text(
    """
    SELECT DISTINCT v.oid::regclass::text FROM pg_depend d
    JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_class v ON v.oid = r.ev_class
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.refobjid = to_regclass(:name) AND a.attname = coalesce(:column, a.attname)
      AND v.oid <> d.refobjid
    ORDER BY 1
    """
)


def session(seconds: float) -> dict[str, str]:
    """Return the settings of a session whose statements read alone, and end in *seconds*.

    They come with the connection: a SET would stay in a pooler's, for whoever gets it next.
    """
    milliseconds = f"{max(1, round(seconds * 1000))}"
    return {
        "default_transaction_read_only": "on",
        "statement_timeout": milliseconds,
        "lock_timeout": milliseconds,
    }


def only_read(connection: Connection, seconds: float) -> None:
    """Do nothing: the settings are enough."""


def ran_out(error: DBAPIError) -> bool:
    """Tell whether *error* means that the time was up."""
    return sqlstate(error) in (_CANCELLED, LOCK_NOT_AVAILABLE)


def size(connection: Connection, schema: str | None, table: str) -> Size:
    """Return about how large the table is, with its indexes; from the planner's statistics."""
    name = _name(connection, schema, table)
    found = connection.execute(_SIZE, {"name": name}).first()
    if found is None:
        return Size(None, None)
    rows: int | None = found.rows
    if found.own <= _SMALL:
        # Locked, or without the right to read, the statistics have to do.
        with suppress(DBAPIError):
            rows = connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar()
    # Below zero where nobody has counted yet.
    return Size(rows if rows is not None and rows >= 0 else None, found.bytes, found.own)


def lacks(connection: Connection, need: Need, schema: str | None, table: str) -> str | None:
    """Return the sentence on a right that the role lacks; None where it has it."""
    query, what, instead = _RIGHTS[need]
    given = {"schema": schema or connection.dialect.default_schema_name}
    given["name"] = _name(connection, schema, table)
    used = {name: value for name, value in given.items() if f":{name}" in query}
    if connection.scalar(sa.text(query), used) is not False:
        return None
    told = given | {"role": connection.scalar(sa.text("SELECT current_user"))}
    return f"{what}: {instead}".format(**told)


def hides_rows(connection: Connection, schema: str | None, table: str) -> str | None:
    """Return the sentence on row level security that keeps rows of the table from this role."""
    if not connection.scalar(_HIDES, {"name": _name(connection, schema, table)}):
        return None
    return (
        f"Row level security hides rows of {table} from this role: let a role migrate that has "
        "BYPASSRLS, or that owns the table without FORCE ROW LEVEL SECURITY"
    )


def in_the_way(connection: Connection, operation: MigrateOperation) -> Iterable[str]:
    """Yield a sentence on each view that rests on what *operation* changes or drops."""
    plain: Any = operation
    if isinstance(operation, ops.AlterColumnOp) and operation.modify_type is not None:
        column, what = operation.column_name, f"{plain.table_name}.{operation.column_name}"
        does = "cannot change its type"
    elif isinstance(operation, ops.DropColumnOp):
        column, what = operation.column_name, f"{plain.table_name}.{operation.column_name}"
        does = "cannot go"
    elif isinstance(operation, ops.DropTableOp):
        column, what, does = None, plain.table_name, "cannot go"
    else:
        return
    name = _name(connection, plain.schema, plain.table_name)
    for view in connection.scalars(_VIEWS, {"name": name, "column": column}):
        yield (
            f"{what} {does} while the view {view} rests on it: drop the view before, and "
            "create it again after, in the same revision"
        )


def _name(connection: Connection, schema: str | None, table: str) -> str:
    return connection.dialect.identifier_preparer.format_table(sa.table(table, schema=schema))
