"""Names in SQL: quoted, qualified by schema, and as the database keeps them."""

from typing import Any

from alembic.operations import Operations


def quoted(operations: Operations, name: str, schema: str | None = None) -> str:
    """Return *name* as an SQL identifier, with its schema where it has one."""
    quote = operations.impl.dialect.identifier_preparer.quote
    return f"{quote(schema)}.{quote(name)}" if schema else quote(name)


def kept(operations: Operations, name: Any, kind: str) -> str:
    """Return *name* of a "constraint" or an "index" as the database keeps it, unquoted.

    A name from a naming convention (``op.f``) is cut by SQLAlchemy, with a hash at its end.
    """
    preparer = operations.impl.dialect.identifier_preparer
    if kind == "index":
        return str(preparer.truncate_and_render_index_name(name, _alembic_quote=False))
    return str(preparer.truncate_and_render_constraint_name(name, _alembic_quote=False))


def literal(text: str) -> str:
    """Return *text* as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
