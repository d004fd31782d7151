"""Which table an operation is about, and how a step is named to whoever reads a plan."""

from typing import Any

from alembic.operations import MigrateOperation, ops

from ...operations.operation import Operation
from ...operations.stand_in import StandIn

# (schema, table); the schema is None for the connection's own.
Place = tuple[str | None, str]


def plain_of(operation: MigrateOperation) -> MigrateOperation:
    """Return Alembic's operation that *operation* stands for, or itself."""
    return operation.plain if isinstance(operation, StandIn) else operation


def place_of(operation: MigrateOperation) -> Place | None:
    """Return (schema, table) that *operation* changes; None where it changes no table."""
    plain: Any = plain_of(operation)
    if isinstance(plain, ops.CreateForeignKeyOp):
        return plain.kw.get("source_schema"), plain.source_table
    if isinstance(plain, ops.BulkInsertOp):
        return plain.table.schema, plain.table.name
    name = getattr(plain, "table_name", None)
    return None if not name else (getattr(plain, "schema", None), str(name))


def title(operation: MigrateOperation) -> str:
    """Return the call and what it is about, as ``add_column book.title``."""
    plain: Any = plain_of(operation)
    place = place_of(plain)
    about = ".".join(part for part in place or () if part)
    column = getattr(plain, "column_name", None) or getattr(
        getattr(plain, "column", None), "name", None
    )
    if about and column:
        about = f"{about}.{column}"
    what = next(
        (
            str(value)
            for name in ("constraint_name", "index_name", "type_name", "sequence", "extension")
            if (value := getattr(plain, name, None))
        ),
        "",
    )
    if isinstance(plain, ops.ExecuteSQLOp):
        what = _short(str(plain.sqltext))
    if what and about:
        what = f"{what} on"
    return " ".join(part for part in (_call(operation), what, about) if part)


def _call(operation: MigrateOperation) -> str:
    if isinstance(operation, Operation):
        return operation.name
    words = type(operation).__name__.removesuffix("Op")
    if isinstance(operation, ops.ExecuteSQLOp):
        return "execute"
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in words).lstrip("_")


def _short(sql: str, longest: int = 60) -> str:
    text = " ".join(sql.split())
    return text if len(text) <= longest else f"{text[:longest]}…"
