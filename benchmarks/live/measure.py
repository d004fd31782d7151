"""One measurement: a fresh copy of the database, the writers, and a migration among them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .changes import ROWS, Change
from .server import Server
from .service import Ran, Service
from .traffic import Traffic

# Too short a look at quiet traffic would miss what happens to it anyway.
SHORTEST_LOOK, LONGEST_LOOK = 3.0, 10.0


@dataclass(frozen=True)
class Result:
    """Seconds, bytes, and errors by name."""

    worst: float
    duration: float
    memory: int
    errors: dict[str, int]


@dataclass(frozen=True)
class Bench:
    """A database of *rows* rows at the revision before the change."""

    server: Server
    service: Service
    rows: int

    @property
    def database(self) -> str:
        """Return the database's name."""
        return f"invoices_{self.rows}"

    def prepare(self) -> None:
        """Make the database and its rows."""
        self.server.execute("postgres", f"CREATE DATABASE {self.database}")
        self.service.upgrade(self.server.url(self.database))
        self.server.execute(
            self.database, *(line.format(rows=self.rows) for line in ROWS), "VACUUM ANALYZE"
        )

    def without_migration(self, seconds: float) -> Result:
        """Measure the traffic alone, for about as long as the migration took."""
        seconds = min(max(seconds, SHORTEST_LOOK), LONGEST_LOOK)
        with self.server.copy_of(self.database) as name, self._traffic(name) as traffic:
            began = time.monotonic()
            time.sleep(seconds)
            ended = time.monotonic()
            seen = traffic.stop()
        return Result(seen.worst(began, ended), ended - began, 0, seen.errors)

    def migrate(self, change: Change, revisions: Sequence[Path]) -> Result:
        """Measure the traffic while *revisions* run, each in a process of its own.

        Between expand and contract the writers get their new code, as in a deploy.
        """
        commands: list[Ran] = []
        with self.server.copy_of(self.database) as name, self._traffic(name) as traffic:
            for count in range(1, len(revisions) + 1):
                if count > 1:
                    traffic.deploy(change.inserts)
                url = self.server.url(name)
                commands.append(self.service.upgrade(url, *revisions[:count]))
            seen = traffic.stop()
        return Result(
            seen.worst(commands[0].began, commands[-1].ended),
            sum(ran.ended - ran.began for ran in commands),
            max(ran.memory for ran in commands),
            seen.errors,
        )

    def _traffic(self, database: str) -> Traffic:
        return Traffic(self.server.url(database), self.rows)
