"""A process in the service's own interpreter that runs rows of the catalogue."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock
from service import FOREIGN, python_of

TESTS = Path(__file__).parents[1]
Found = dict[str, Any]


class Worker:
    """Asks the process, and keeps its answers for whoever asks again: each row runs once."""

    def __init__(self, process: subprocess.Popen[str], answers: Path) -> None:
        """Talk to a *process* that is running ``catalogue.inside``; *answers* is a folder."""
        self._process = process
        self._answers = answers

    def ask(self, how: str, name: str) -> Found:
        """Return what came of the case *name*, done as *how* says (``inside/__main__.py``)."""
        # Names have characters that files cannot have.
        file = self._answers / hashlib.sha256(f"{how} {name}".encode()).hexdigest()
        with FileLock(file.with_suffix(".lock")):
            if not file.exists():
                file.write_text(self._ask({"how": how, "name": name}), encoding="utf-8")
        found: Found = json.loads(file.read_text(encoding="utf-8"))
        assert "failure" not in found, f"{name}:\n{found['failure']}"
        return found

    def _ask(self, question: dict[str, str]) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(question), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, "the worker died: see its output above"
        return answer


@contextmanager
def working(baked: Path, url: str, answers: Path) -> Iterator[Worker]:
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
        yield Worker(process, answers)
    finally:
        process.communicate(timeout=60)
