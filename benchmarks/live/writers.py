"""The traffic: eight clients that update, insert and read until told to stop. Runs as a program.

Started with the database's URL, the number of rows, and the number of clients. A line on
standard input is what the application deploys: the columns that its INSERT names, and their
values, as JSON (``{}`` is the old code); the line is repeated when every client runs that code.
The end of input is the end: then every statement's (begin, end) and the errors come out as JSON.
"""

import asyncio
import gc
import json
import random
import sys
import time
from collections import Counter
from typing import Any

import asyncpg

# Between two statements of one client: eight clients send about a thousand a second.
THINKING_TIME = 0.005


class Writers:
    """What the clients share: the code they run, and what they saw."""

    def __init__(self, rows: int) -> None:
        """Write to a table of *rows* rows."""
        self.rows = rows
        self.timings: list[tuple[float, float]] = []
        self.errors: Counter[str] = Counter()
        self.deploy({})
        self.stopped = False

    def deploy(self, new_columns: dict[str, str]) -> None:
        """Run the code whose INSERT names *new_columns*, with these SQL values."""
        names = "".join(f", {name}" for name in new_columns)
        values = "".join(f", {value}" for value in new_columns.values())
        self.insert = (
            f"INSERT INTO invoice (account_id, number, amount, note{names}) "
            f"VALUES ($1, $2, 9.99, 'new'{values})"
        )

    async def work(self, connection: Any, client: int) -> None:
        """Send statements, one at a time, and note how long each took."""
        chance, inserted = random.Random(client), 0
        while not self.stopped:
            row, account = chance.randint(1, self.rows), chance.randint(1, 1000)
            inserted += 1
            for statement, *values in (
                ("UPDATE invoice SET amount = amount + 1, updated_at = now() WHERE id = $1", row),
                ("SELECT number, amount, note FROM invoice WHERE id = $1", row),
                (self.insert, account, f"{client}-{inserted}"),
                ("UPDATE account SET balance = balance + 1 WHERE id = $1", account),
            ):
                began = time.monotonic()
                try:
                    await connection.fetch(statement, *values)
                except asyncpg.PostgresError as error:
                    self.errors[type(error).__name__] += 1
                self.timings.append((began, time.monotonic()))
                await asyncio.sleep(THINKING_TIME)


async def main(url: str, rows: int, clients: int) -> None:
    """Write until standard input ends, then report."""
    loop = asyncio.get_running_loop()
    connections = [await asyncpg.connect(url) for _ in range(clients)]
    writers = Writers(rows)
    tasks = [asyncio.create_task(writers.work(c, n)) for n, c in enumerate(connections)]
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        writers.deploy(json.loads(line))
        # A statement of the code before may still be under way.
        await asyncio.sleep(10 * THINKING_TIME)
        print(line, end="", flush=True)
    writers.stopped = True
    await asyncio.gather(*tasks)
    for connection in connections:
        await connection.close()
    json.dump({"timings": writers.timings, "errors": writers.errors}, sys.stdout)


if __name__ == "__main__":
    gc.disable()  # a collection would look like a slow database
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
