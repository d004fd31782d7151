"""What each connection to the file is given: its PRAGMAs, and transactions that hold DDL too.

A plugin of SQLAlchemy's for engines; ``driver.py`` registers it, and names it in their options.
"""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL, Connection
from sqlalchemy.engine import CreateEnginePlugin, Engine

from ...session.identity import heads_of
from .files import path_of
from .presence import announce

# What every connection is given.
_STANDING = {
    # Readers do not wait for a writer, nor it for them.
    "journal_mode": "WAL",
    # In WAL mode this costs no consistency: only the last commits, in a power cut.
    "synchronous": "NORMAL",
    "foreign_keys": "ON",
}


class Transactions(CreateEnginePlugin):
    """Gives each connection of an engine its PRAGMAs, and begins transactions itself.

    The driver begins one before an INSERT, UPDATE or DELETE alone, so that DDL would be
    committed statement by statement (Python docs, "Transaction control via the isolation_level
    attribute"). Here SQLAlchemy's begin is a BEGIN. A connection in autocommit has None for its
    isolation level: there each statement is a transaction.
    """

    def __init__(self, url: URL, kwargs: dict[str, Any]) -> None:
        """Take our own arguments out of those of the engine."""
        super().__init__(url, kwargs)
        self._client: str = kwargs.pop("client", "")
        pragmas: dict[str, str] = kwargs.pop("pragmas", {})
        self._begin = pragmas.get("begin", "DEFERRED")
        given = {name: value for name, value in pragmas.items() if name != "begin"}
        # The caller's come first, busy_timeout among them: the others may have to wait.
        self._pragmas = given | {k: v for k, v in _STANDING.items() if k not in given}

    def update_url(self, url: URL) -> URL:
        """Return *url* with an absolute path; raises DatabaseError where it leads to no file."""
        return url.set(database=str(path_of(url)))

    def engine_created(self, engine: Engine) -> None:
        """Listen to the connections of *engine*."""
        sa.event.listen(engine, "do_connect", self._open_first)
        sa.event.listen(engine, "connect", self._connected)
        sa.event.listen(engine, "begin", self._begun)

    def handle_pool_kwargs(self, pool_cls: Any, pool_args: dict[str, Any]) -> None:
        """Leave the pool as it is."""

    def _open_first(self, _: object, __: object, arguments: Any, ___: object) -> None:
        """Meet here what keeps the file from being opened: aiosqlite's thread would outlive it.

        A running service makes no file: one that is not there is a slip in its settings.
        """
        path, heads = Path(arguments[0]), heads_of(self._client)
        mode = "rwc" if heads is None else "rw"
        sqlite3.connect(f"{path.as_uri()}?mode={mode}", uri=True).close()
        if heads is not None:
            announce(path, heads)

    def _connected(self, connection: Any, _: object) -> None:
        for name, value in self._pragmas.items():
            set_pragma(connection, name, value)

    def _begun(self, connection: Connection) -> None:
        dbapi: Any = connection.connection.dbapi_connection
        if dbapi.isolation_level is not None:
            kind = connection.get_execution_options().get("begin", self._begin)
            connection.exec_driver_sql(f"BEGIN {kind}")


def set_pragma(connection: Any, name: str, value: str | int) -> None:
    """Set a PRAGMA on a driver's *connection*, outside any transaction of SQLAlchemy's."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA {name} = {value}")
    cursor.close()
