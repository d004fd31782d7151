"""Kill -9 at moments that nobody chose, while writers insert, update and delete.

Catches a moment that ``test_faults.py`` does not know of: inside a statement, between a commit and
the next statement, while the command starts or ends. ``RANDOM_KILLS=1000 make test ARGS=-k
random_kills`` looks for longer, ``RANDOM_KILLS_SEED`` elsewhere.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.commands import Command
from faults.release import PHASES, Release, prepared, revisions
from faults.traffic import assert_agrees, traffic
from service import PACKAGE, Server

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("RANDOM_KILLS", "30"))
SEED = int(os.environ.get("RANDOM_KILLS_SEED", "1"))
# So that a good part of them strikes between two batches.
SLOWLY = "pause=0.1"

AGAIN = "UPDATE invoice SET code = 'again' WHERE code IS NULL"


@pytest.fixture(scope="module")
def release(
    baked: Path, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    """A release whose backfill of the expand takes its time."""
    with prepared(baked, tmp_path_factory.mktemp("kills") / "service", server) as release:
        expand = release.service.written_for("expand")
        text = expand.read_text(encoding="utf-8")
        assert text.count('"lower(name)"') == 1
        slow = text.replace('"lower(name)"', f'"lower(name)", {SLOWLY}')
        expand.write_text(slow, encoding="utf-8")
        yield release


def test_kill_at_random_moments(release: Release) -> None:
    """Killed again and again until it gets through; no row is lost, no writer sees an error."""
    kills = Kills(release)
    while kills.made < KILLS:
        with release.copied() as service:
            with traffic(service) as writers:
                for phase in PHASES:
                    writers.deploy(phase)
                    kills.until_done(*upgrade(phase))
            assert writers.broken == []
            assert_agrees(service, writers)
            assert service.server.dump(service.database) == release.schema
            assert service.execute("SELECT FROM pg_locks WHERE locktype = 'advisory'") == []


def test_kill_on_the_way_back(release: Release) -> None:
    """The contract goes beside new code, the expand beside old code; nothing is left of either."""
    kills = Kills(release)
    first, expand, _ = revisions(release.service)
    while kills.made < KILLS:
        with release.copied() as service:
            for phase in PHASES:
                assert start(release, *upgrade(phase)).wait() == 0
            with traffic(service, "contract") as writers:
                kills.until_done("alembic", "downgrade", expand)
                writers.deploy("expand")
                # What the contract dropped is gone: only the author knows what stands there now.
                service.execute(AGAIN)
                kills.until_done("alembic", "downgrade", first)
            assert writers.broken == []
            assert_agrees(service, writers)
            assert lines(service.server.dump(service.database)) == lines(release.before)


class Kills:
    """Kills commands at random moments, and counts."""

    def __init__(self, release: Release) -> None:
        """Begin with none."""
        print(f"RANDOM_KILLS_SEED={SEED} RANDOM_KILLS={KILLS}")
        self.made = 0
        self._release = release
        self._chance = random.Random(SEED)
        self._longest: dict[tuple[str, ...], float] = {}

    def until_done(self, *order: str) -> None:
        """Give *order* again and again, each time killed, until it gets through."""
        if order not in self._longest:
            # Nobody kills it: how long does that take?
            began = time.monotonic()
            assert start(self._release, *order).wait() == 0
            self._longest[order] = time.monotonic() - began
            return
        while not self._finishes(*order):
            self.made += 1
            # So that it ends, also on a machine that has become slower.
            self._longest[order] *= 1.02

    def _finishes(self, *order: str) -> bool:
        command = start(self._release, *order)
        code = command.poll(self._chance.uniform(0, self._longest[order]))
        if code is None:
            command.signal(signal.SIGKILL)
            code = command.wait()
        assert code in (0, -signal.SIGKILL), command.said()
        return code == 0


def lines(dump: str) -> list[str]:
    """Return the lines of a dump in no order: a column that came back is the last."""
    return sorted(line.rstrip(",") for line in dump.splitlines())


def upgrade(phase: str) -> tuple[str, ...]:
    """Return the order that applies *phase*."""
    return PACKAGE, "db", "upgrade", "--phase", phase


def start(release: Release, module: str, *arguments: str) -> Command:
    """Start *module* with *arguments* on the copy of the database."""
    url = release.service.server.url(release.service.database)
    return release.commands.start(*arguments, module=module, DATABASE_URL=url)
