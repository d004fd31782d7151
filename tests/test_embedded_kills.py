"""Kills at moments that nobody chose: the next command always works, and no row is lost.

Catches a moment after which only ``rm`` would help. ``EMBEDDED_KILLS=200 make test
ARGS="-k embedded_kills"`` looks for longer, ``EMBEDDED_KILLS_SEED`` elsewhere.
"""

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, islice

import psutil
import pytest
from embedded_server.commands import PATIENCE, Project, project

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the wheel's own code serves there")

KILLS = int(os.environ.get("EMBEDDED_KILLS", "30"))
SEED = int(os.environ.get("EMBEDDED_KILLS_SEED", "1"))
# The last: the command and all that it has started, as when a container is killed.
KINDS = ("KILL", "TERM", "HUP", "INT", "ALL")
# A sixth of them in first starts, which take longest.
FIRST, LATER = KILLS // 6, KILLS - KILLS // 6


@pytest.fixture
def place() -> Iterator[Project]:
    """A project without data."""
    with project() as made:
        yield made


def test_kills_in_first_starts(place: Project) -> None:
    """While the data are made, the server starts, is used and stops."""
    chance, longest = random.Random(SEED), undisturbed(place)
    print(f"EMBEDDED_KILLS_SEED={SEED} EMBEDDED_KILLS={KILLS}")
    for kind in islice(cycle(KINDS), FIRST):
        shutil.rmtree(place.data)
        moment = chance.uniform(0, longest)
        strike(place, kind, moment)
        rows = place.run()["rows"]
        assert rows in (1, 2), f"{kind} after {moment:.3f} s: {rows} rows"
        assert place.is_quiet(), f"{kind} after {moment:.3f} s"
        assert not list(place.data.glob(".making-*")), f"{kind} after {moment:.3f} s"


def test_kills_in_later_starts(place: Project) -> None:
    """While the server starts, is used and stops."""
    undisturbed(place)
    chance, longest = random.Random(SEED), undisturbed(place)
    print(f"EMBEDDED_KILLS_SEED={SEED} EMBEDDED_KILLS={KILLS}")
    rows = place.run()["rows"]
    for kind in islice(cycle(KINDS), LATER):
        moment = chance.uniform(0, longest)
        strike(place, kind, moment)
        after = place.run()["rows"]
        assert after in (rows + 1, rows + 2), (
            f"{kind} after {moment:.3f} s: {after} rows, not {rows}"
        )
        assert place.is_quiet(), f"{kind} after {moment:.3f} s"
        rows = after


def undisturbed(place: Project) -> float:
    """Return how long a command takes where nobody kills it, in seconds."""
    began = time.monotonic()
    place.run()
    return time.monotonic() - began


def strike(place: Project, kind: str, moment: float) -> None:
    """Begin a command, and kill it after *moment* seconds; what it started goes on, or not."""
    process = place.begin()
    time.sleep(moment)
    started = place.servers() if kind == "ALL" else []
    process.send_signal(signal.SIGKILL if kind == "ALL" else signal.Signals[f"SIG{kind}"])
    for server in started:
        with suppress(psutil.NoSuchProcess):
            server.kill()
    process.communicate(timeout=PATIENCE)
