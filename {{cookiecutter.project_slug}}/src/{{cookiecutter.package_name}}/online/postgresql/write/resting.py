"""What rests on a column whose type or collation changes: asked of a copy of the empty table."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

_COPY = "alembic_resting_probe"
# "feature not supported": a generated column, a view or a policy rests on the column.
_RESTS = "0A000"
_FILES = sa.text(
    "SELECT i.relname, i.relfilenode FROM pg_index JOIN pg_class i ON i.oid = indexrelid "
    "WHERE indrelid = to_regclass(:name) ORDER BY indexrelid"
)


class Resting(NamedTuple):
    """The indexes that the server would build anew, and what it says where it refuses the change."""

    rebuilt: list[str]
    refused: str | None = None


def resting_on(
    connection: Connection, key: tuple[str | None, str], column: str, type_: TypeEngine[Any]
) -> Resting:
    """Return what hinders the change of the column to *type_*, seen on a copy that goes again."""
    dialect = connection.dialect
    quote = dialect.identifier_preparer.quote
    table = ".".join(quote(part) for part in key if part)
    change = f"ALTER {quote(column)} TYPE {type_.compile(dialect=dialect)}"
    names = [str(name) for name, _ in connection.execute(_FILES, {"name": table})]
    copy = {"name": f"pg_temp.{_COPY}"}
    try:
        with connection.begin_nested() as savepoint:
            connection.exec_driver_sql(
                f"CREATE TEMPORARY TABLE {_COPY} "
                f"(LIKE {table} INCLUDING INDEXES INCLUDING GENERATED)"
            )
            before = [file for _, file in connection.execute(_FILES, copy)]
            connection.exec_driver_sql(f"ALTER TABLE pg_temp.{_COPY} {change}")
            # An index that was built anew is another one, at the end of the list or in its place.
            after = {file for _, file in connection.execute(_FILES, copy)}
            savepoint.rollback()
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        said = str(error.orig).rpartition(">: ")[2].splitlines()[0]
        return Resting([], said if state == _RESTS else None)
    pairs = zip(names, before, strict=True)
    return Resting([name for name, file in pairs if file not in after])
