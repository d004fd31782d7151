"""One measurement: a fresh copy of the database, the writers, a migration among them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .changes import ROWS, Change
from .server import Server
from .service import Ran, Service
from .traffic import Traffic


@dataclass(frozen=True)
class Result:
    """Seconds, bytes, and errors by name; *without* is the worst before the migration began."""

    without: float
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

    def migrate(self, change: Change, revisions: Sequence[Path], look: float = 0.0) -> Result:
        """Measure the traffic while *revisions* run, each in a process of its own.

        Between expand and contract the writers get their new code, as in a deploy. For *look*
        seconds before, the traffic is watched alone.
        """
        commands: list[Ran] = []
        with self.server.copy_of(self.database) as name:
            url = self.server.url(name)
            with Traffic(url, self.rows) as traffic:
                looked = time.monotonic()
                time.sleep(look)
                for count in range(1, len(revisions) + 1):
                    if count > 1:
                        traffic.deploy(change.inserts)
                    commands.append(self.service.upgrade(url, *revisions[:count]))
                seen = traffic.stop()
        return Result(
            without=seen.worst(looked, looked + look),
            worst=seen.worst(commands[0].began, commands[-1].ended),
            duration=sum(ran.ended - ran.began for ran in commands),
            memory=max(ran.memory for ran in commands),
            errors=seen.errors,
        )
