"""A process in the service's own interpreter that runs rows of the catalogue."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from service import FOREIGN, python_of

TESTS = Path(__file__).parents[1]
Found = dict[str, Any]


class Worker:
    """Asks the process, and remembers its answers: each row runs once."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Talk to a *process* that is running ``catalogue.inside``."""
        self._process = process
        self._answers: dict[tuple[str, str], Found] = {}

    def ask(self, how: str, name: str) -> Found:
        """Return what came of the case *name*, done as *how* says (``inside/__main__.py``)."""
        if (how, name) not in self._answers:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            print(json.dumps({"how": how, "name": name}), file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
            assert answer, "the worker died: see its output above"
            self._answers[how, name] = json.loads(answer)
        found = self._answers[how, name]
        assert "failure" not in found, f"{name}:\n{found['failure']}"
        return found


@contextmanager
def working(baked: Path, url: str) -> Iterator[Worker]:
    """Start a worker in the service *baked*, with its databases on the server at *url*."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    env |= {
        "PYTHONPATH": str(TESTS),
        "SCRATCH_DATABASE_URL": url,
        # Alembic tells of every file that it writes.
        "PYTHONWARNINGS": "ignore",
    }
    process = subprocess.Popen(
        [python_of(baked), "-m", "catalogue.inside"],
        cwd=baked,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=sys.__stderr__,
        text=True,
    )
    try:
        yield Worker(process)
    finally:
        process.communicate(timeout=60)
