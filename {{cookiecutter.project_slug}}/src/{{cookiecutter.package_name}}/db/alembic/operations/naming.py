"""Names in SQL: quoted, qualified by schema, and never longer than PostgreSQL keeps them."""

import hashlib

from alembic.operations import Operations

# PostgreSQL cuts identifiers at NAMEDATALEN - 1 bytes (docs, section 4.1.1).
LONGEST = 63


def quoted(operations: Operations, name: str, schema: str | None = None) -> str:
    """Return *name* as an SQL identifier, with its schema where it has one."""
    quote = operations.impl.dialect.identifier_preparer.quote
    return f"{quote(schema)}.{quote(name)}" if schema else quote(name)


def literal(text: str) -> str:
    """Return *text* as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def shortened(name: str) -> str:
    """Return *name* if it fits, else its beginning and a hash of the whole."""
    if len(name.encode()) <= LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return name.encode()[: LONGEST - 9].decode(errors="ignore") + "_" + digest
