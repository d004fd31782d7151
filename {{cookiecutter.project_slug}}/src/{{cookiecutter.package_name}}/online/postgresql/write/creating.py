"""The models on an empty database: all that they need, and their tables, sent as one script."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from .prerequisites import extensions_of, schemas_of


def create(connection: Connection, metadata: sa.MetaData) -> None:
    """Create what *metadata* describes, with its schemas and extensions, on an empty database."""
    _create_what_it_needs(connection, metadata)
    script = _script(connection, metadata)
    if script is not None and _run(connection, script):
        return
    # One by one: then an error says which statement it was.
    connection.rollback()
    _create_what_it_needs(connection, metadata)
    metadata.create_all(connection)


def _create_what_it_needs(connection: Connection, metadata: sa.MetaData) -> None:
    quote = connection.dialect.identifier_preparer.quote
    # A statement of its own, with which the adapter begins a transaction.
    connection.exec_driver_sql("SELECT 1")
    for extension in extensions_of(metadata, connection.dialect):
        connection.exec_driver_sql(f"CREATE EXTENSION IF NOT EXISTS {quote(extension)}")
    for schema in schemas_of(metadata, connection.dialect):
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}")


def _run(connection: Connection, script: str) -> bool:
    """Tell whether *script* ran to its end."""
    driver: Any = connection.connection.dbapi_connection
    try:
        driver.run_async(lambda asyncpg: asyncpg.execute(script))
    except Exception:
        return False
    return True


def _script(connection: Connection, metadata: sa.MetaData) -> str | None:
    """Return the statements of ``create_all`` as one text: one way there instead of hundreds.

    None where a listener of the models asks the database something, or another driver is in use.
    """
    if not hasattr(connection.connection.dbapi_connection, "run_async"):
        return None
    statements: list[str] = []

    def note(statement: Any, *arguments: Any, **_: Any) -> None:
        if any(arguments) or not isinstance(statement, sa.schema.ExecutableDDLElement):
            raise _AsksError
        statements.append(str(statement.compile(dialect=connection.dialect)))

    engine: Any = sa.create_mock_engine("postgresql+asyncpg://", note)
    try:
        metadata.create_all(engine, checkfirst=False)
    except Exception:
        return None
    return ";\n".join(statements)


class _AsksError(Exception):
    """A listener of the models sends something that is no DDL, and may want its answer."""
