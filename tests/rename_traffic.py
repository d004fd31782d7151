"""Writers of the old and of the new release, side by side, from the expand to the contract.

Each writer has rows of its own and knows what is in them, so that at the end the table must hold
exactly that. Now and then one tries to break a rule, which must never succeed.
"""

import asyncio
import itertools
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import asyncpg
import pymysql

WRITERS = 8
# Seconds between two statements of a writer.
THINKING_TIME = 0.002
# What another transaction may make of ours: the client begins it again.
_AGAIN = (1205, 1213)


class Broken(Exception):
    """A rule of the database forbade the statement."""


class Client(Protocol):
    """A connection that commits each statement by itself."""

    def run(self, statement: str, *values: Any) -> None:
        """Run *statement* (``?`` stands for a value); raises Broken."""

    def close(self) -> None:
        """End it."""


class PostgresClient:
    """On PostgreSQL."""

    upsert = "ON CONFLICT ({target}) DO UPDATE SET {column} = excluded.{column}"

    def __init__(self, url: str) -> None:
        """Connect to *url*."""
        self._loop = asyncio.new_event_loop()
        self._connection = self._loop.run_until_complete(asyncpg.connect(url))

    def run(self, statement: str, *values: Any) -> None:
        """Run *statement*; raises Broken."""
        numbers = itertools.count(1)
        text = "".join(f"${next(numbers)}" if c == "?" else c for c in statement)
        try:
            self._loop.run_until_complete(self._connection.execute(text, *values))
        except asyncpg.IntegrityConstraintViolationError as error:
            raise Broken(str(error)) from error

    def close(self) -> None:
        """End it."""
        self._loop.run_until_complete(self._connection.close())
        self._loop.close()


class MySQLClient:
    """On MySQL or MariaDB."""

    upsert = "ON DUPLICATE KEY UPDATE {column} = VALUES({column})"

    def __init__(self, connection: "pymysql.Connection[Any]") -> None:
        """Take a *connection* in autocommit."""
        self._connection = connection

    def run(self, statement: str, *values: Any) -> None:
        """Run *statement*; raises Broken."""
        while True:
            try:
                with self._connection.cursor() as cursor:
                    cursor.execute(statement.replace("?", "%s"), values)
                return
            except pymysql.err.IntegrityError as error:
                raise Broken(str(error)) from error
            except pymysql.err.OperationalError as error:
                if error.args[0] not in _AGAIN:
                    raise

    def close(self) -> None:
        """End it."""
        self._connection.close()


class SQLiteClient:
    """On SQLite."""

    upsert = PostgresClient.upsert

    def __init__(self, file: str) -> None:
        """Open *file*."""
        self._connection = sqlite3.connect(file, timeout=120, isolation_level=None)
        self._connection.execute("PRAGMA foreign_keys = ON")

    def run(self, statement: str, *values: Any) -> None:
        """Run *statement*; raises Broken."""
        try:
            self._connection.execute(statement, values)
        except sqlite3.IntegrityError as error:
            raise Broken(str(error)) from error

    def close(self) -> None:
        """End it."""
        self._connection.close()


Row = tuple[str | None, int, int, int | None]


class Writer:
    """Writes its own rows through the column that its release knows."""

    _client: Any

    def __init__(
        self, number: int, connect: Callable[[], Any], column: str, rows: dict[int, Row]
    ) -> None:
        """Write as *column*'s release; *rows* are those that it has by now, by key."""
        self._thread = threading.Thread(target=self._run)
        self._connect, self.column, self.rows = connect, column, rows
        self._chance = random.Random(number)
        self._keys = itertools.count(max(rows, default=number) + WRITERS, WRITERS)
        self._halted = threading.Event()
        self.turns = 0
        self.errors: list[str] = []

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def halt(self) -> None:
        """Let it end after the statement under way."""
        self._halted.set()

    def join(self) -> None:
        """Return when it has ended."""
        self._thread.join()

    def _run(self) -> None:
        """Write until told to stop, or until something fails that must not."""
        # Here, for a client may belong to its thread.
        self._client = self._connect()
        try:
            while not self._halted.is_set():
                self._turn()
                self.turns += 1
                time.sleep(THINKING_TIME)
        except Exception as error:
            self.errors.append(repr(error))
        finally:
            self._client.close()

    def _turn(self) -> None:
        choices: list[Callable[[], None]] = [self._insert, self._break]
        if self.rows:
            choices += [self._update, self._update, self._upsert, self._delete]
        self._chance.choice(choices)()

    def _insert(self) -> None:
        key = next(self._keys)
        row: Row = (f"{self.column} {key}", key, key % 3, self._chance.choice([None, 1, 2]))
        self._send(f"INSERT INTO invoice ({self._names()}) VALUES (?, ?, ?, ?, ?)", key, *row)
        self.rows[key] = row

    def _update(self) -> None:
        key, text = self._row(), self._chance.choice([None, f"{self.column} {self.turns}"])
        self._send(f"UPDATE invoice SET {self.column} = ? WHERE id = ?", text, key)
        self.rows[key] = (text, *self.rows[key][1:])

    def _upsert(self) -> None:
        key, text = self._row(), f"{self.column} again {self.turns}"
        otherwise = self._client.upsert.format(column=self.column, target="id")
        statement = f"INSERT INTO invoice ({self._names()}) VALUES (?, ?, ?, ?, ?) {otherwise}"
        self._send(statement, key, text, *self.rows[key][1:])
        self.rows[key] = (text, *self.rows[key][1:])

    def _delete(self) -> None:
        key = self._row()
        self._send("DELETE FROM invoice WHERE id = ?", key)
        del self.rows[key]

    def _break(self) -> None:
        """Try to refer to a shelf that is not there, or to be what another row is."""
        key = next(self._keys)
        attempts = [(key, 0, 99)]
        if self.rows:
            attempts.append((*self.rows[self._row()][1:3], 1))
        values = ("x", *self._chance.choice(attempts))
        statement = f"INSERT INTO invoice ({self._names()}) VALUES (?, ?, ?, ?, ?)"
        try:
            self._send(statement, key, *values)
        except Broken:
            return
        self.errors.append(f"{values} broke a rule, and went in")

    def _row(self) -> int:
        return self._chance.choice(sorted(self.rows))

    def _names(self) -> str:
        return f"id, {self.column}, number, kind, shelf_id"

    def _send(self, statement: str, *values: Any) -> None:
        self._client.run(statement, *values)
