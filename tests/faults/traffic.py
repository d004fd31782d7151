"""Writers that insert, update and delete all the time, and a ledger of what they did.

Each writes its change and a line of the ledger in one transaction, so that the rows must agree
with the ledger whatever happened to the server, also where a commit was never answered.
"""

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from service import Service

from .release import CUSTOMERS, ROWS

CLIENTS = 2
THINKING_TIME = 0.005
# Numbers stay unique: a row keeps its number modulo this.
STEP = 1_000_000
LEDGER = (
    "CREATE SCHEMA traffic",
    "CREATE TABLE traffic.ledger (rows int NOT NULL, numbers bigint NOT NULL)",
)
LEDGER_AWAY = "DROP SCHEMA traffic CASCADE"
INSERT = {
    "expand": "INSERT INTO invoice (name, number, customer_id, code, memo) "
    "VALUES ($1, $2, $3, 'late', 'No. ' || $2::int)",
    "contract": "INSERT INTO invoice (name, number, customer_id, note, slug, remark) "
    "VALUES ($1, $2, $3, '-', lower($1), 'No. ' || $2::int)",
}
# The name of the column that is renamed, as the code of each release knows it.
NAMED = {"expand": "memo", "contract": "remark"}
UPDATE = (
    f"UPDATE invoice SET number = number + {STEP}, {{named}} = 'No. ' || (number + {STEP}) "
    "WHERE id = $1"
)
DELETE = "DELETE FROM invoice WHERE id = $1 RETURNING number"
NOTE = "INSERT INTO traffic.ledger VALUES ($1, $2)"
EXPECTED = f"""
    SELECT {ROWS} + coalesce(sum(rows), 0) AS rows,
        {ROWS * (ROWS + 1) // 2} + coalesce(sum(numbers), 0) AS numbers, count(*) AS written
    FROM traffic.ledger
"""
# What a client sees when its server goes down; the last is asyncpg's, between two statements.
BROKEN = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError)
FOUND = "SELECT count(*) AS rows, sum(number) AS numbers FROM invoice"
# What was written under the one name and is not read under the other.
LOST = "SELECT FROM invoice WHERE {named} IS DISTINCT FROM 'No. ' || number"


class Traffic:
    """The writers of one database: the code of one release, and another when that is deployed."""

    def __init__(self, service: Service, phase: str) -> None:
        """Write to the service's database with the code that is right for *phase*."""
        self._url = service.server.url(service.database)
        self.phase = phase
        self._stopped = False
        self._number = ROWS
        self._turns = [0] * CLIENTS
        self.acknowledged = 0
        # What writers were told: errors of SQL, and connections that broke.
        self.errors: list[str] = []
        self.broken: list[str] = []
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def deploy(self, phase: str) -> None:
        """Run the code that is right for *phase*: the old one beside the expand."""
        self.phase = phase
        # A transaction of the code before may still be under way.
        for client, turn in enumerate(list(self._turns)):
            while self._turns[client] == turn and self._thread.is_alive():
                time.sleep(THINKING_TIME)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Return when the last transaction has ended."""
        self._stopped = True
        self._thread.join()

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for client in range(CLIENTS):
                group.create_task(self._work(client))

    async def _work(self, client: int) -> None:
        connection, chance = None, random.Random(client)
        while not self._stopped:
            self._turns[client] += 1
            try:
                if connection is None or connection.is_closed():
                    connection = await asyncpg.connect(self._url)
                await self._write(connection, chance)
                self.acknowledged += 1
            except (*BROKEN, OSError) as error:
                self.broken.append(repr(error))
            except asyncpg.PostgresError as error:
                kind = self.broken if error.sqlstate.startswith("57P") else self.errors
                kind.append(repr(error))
            await asyncio.sleep(THINKING_TIME)
        if connection is not None:
            await connection.close()

    async def _write(self, connection: Any, chance: random.Random) -> None:
        row, phase = chance.randint(1, self._number), self.phase
        async with connection.transaction():
            match chance.choice(("insert", "insert", "update", "delete")):
                case "insert":
                    self._number += 1
                    number = self._number
                    customer = chance.randint(1, CUSTOMERS)
                    await connection.execute(INSERT[phase], f"Late {number}", number, customer)
                    await connection.execute(NOTE, 1, number)
                case "update":
                    done = await connection.execute(UPDATE.format(named=NAMED[phase]), row)
                    await connection.execute(NOTE, 0, STEP * int(done.split()[-1]))
                case "delete":
                    number = await connection.fetchval(DELETE, row)
                    await connection.execute(NOTE, -bool(number), -(number or 0))


@contextmanager
def traffic(service: Service, phase: str = "expand") -> Iterator[Traffic]:
    """Let writers work while the body runs; no statement of theirs may have failed.

    They begin with the code that is right for *phase*.
    """
    service.execute(*LEDGER)
    writers = Traffic(service, phase)
    writers.start()
    try:
        yield writers
    finally:
        writers.stop()


def assert_agrees(service: Service, writers: Traffic) -> None:
    """The rows are those that the writers left: none lost, none made up, no value old."""
    (expected,) = service.execute(EXPECTED)
    (found,) = service.execute(FOUND)
    assert (found["rows"], found["numbers"]) == (expected["rows"], expected["numbers"])
    assert service.execute(LOST.format(named=NAMED[writers.phase])) == []
    # What was acknowledged is there; what is there beyond that was never answered.
    assert 0 <= expected["written"] - writers.acknowledged <= len(writers.broken)
    assert writers.acknowledged > 0
    assert writers.errors == [], writers.errors
    service.execute(LEDGER_AWAY)
