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
from faults.release import PHASES, Release, prepared
from faults.traffic import assert_agrees, traffic
from service import Server

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("RANDOM_KILLS", "30"))
SEED = int(os.environ.get("RANDOM_KILLS_SEED", "1"))
# So that a good part of them strikes between two batches.
SLOWLY = "pause=0.1"


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
    print(f"RANDOM_KILLS_SEED={SEED} RANDOM_KILLS={KILLS}")
    chance = random.Random(SEED)
    longest: dict[str, float] = {}
    kills = 0
    while kills < KILLS:
        with release.copied() as service:
            with traffic(service) as writers:
                for phase in PHASES:
                    writers.deploy(phase)
                    if phase not in longest:
                        longest[phase] = undisturbed(release, phase)
                    while not finishes(release, phase, chance.uniform(0, longest[phase])):
                        kills += 1
                        # So that it ends, also on a machine that has become slower.
                        longest[phase] *= 1.02
            assert writers.broken == []
            assert_agrees(service, writers)
            assert service.server.dump(service.database) == release.schema
            assert service.execute("SELECT FROM pg_locks WHERE locktype = 'advisory'") == []


def undisturbed(release: Release, phase: str) -> float:
    """Return how long *phase* takes where nobody kills it, in seconds."""
    began = time.monotonic()
    assert start(release, phase).wait() == 0
    return time.monotonic() - began


def finishes(release: Release, phase: str, seconds: float) -> bool:
    """Tell whether *phase* is applied within *seconds*; else it has been killed."""
    command = start(release, phase)
    code = command.poll(seconds)
    if code is None:
        command.signal(signal.SIGKILL)
        code = command.wait()
    assert code in (0, -signal.SIGKILL), command.said()
    return code == 0


def start(release: Release, phase: str) -> Command:
    """Start the command that applies *phase*."""
    url = release.service.server.url(release.service.database)
    return release.commands.start("db", "upgrade", "--phase", phase, DATABASE_URL=url)
