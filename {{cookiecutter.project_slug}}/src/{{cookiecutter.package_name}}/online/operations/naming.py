"""Names in SQL: quoted, qualified by schema, made to fit, and as the database keeps them."""

import hashlib
from typing import Any

from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext

from ..database import driver
from ..internals import constraint_name, index_name, name_by_convention

# Of the hash at the end of a name: two of one beginning never meet.
_DIGITS = 8


def identifier(operations: Operations, name: str, schema: str | None = None) -> str:
    """Return *name* as an SQL identifier, with its schema where it has one."""
    quote = operations.impl.dialect.identifier_preparer.quote
    return f"{quote(schema)}.{quote(name)}" if schema else quote(name)


def literal(text: str) -> str:
    """Return *text* as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def shortened(name: str) -> str:
    """Return *name* if the database takes it whole, else its beginning and a hash of the whole."""
    longest = driver.LONGEST_NAME
    if longest is None or len(name.encode()) <= longest:
        return name
    end = "_" + hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]
    return name.encode()[: longest - len(end)].decode(errors="ignore") + end


def name_in_database(operations: Operations, name: Any, kind: str) -> str:
    """Return *name* of a "constraint" or an "index" as the database keeps it, unquoted.

    A name from a naming convention (``op.f``) is cut by SQLAlchemy, with a hash at its end.
    """
    dialect = operations.impl.dialect
    return index_name(dialect, name) if kind == "index" else constraint_name(dialect, name)


def final_name(context: MigrationContext, operation: ops.AddConstraintOp) -> str:
    """Return the name of the constraint that *operation* adds as the database keeps it."""
    constraint = operation.to_constraint(context)
    return str(name_by_convention(context.dialect, constraint))
