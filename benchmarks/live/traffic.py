"""The writers seen from outside: started, given new code, stopped, and asked what they saw."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

CLIENTS = 8
WARM_UP = 1.0


@dataclass(frozen=True)
class Seen:
    """When each statement began and ended (``time.monotonic``), and the errors by name."""

    timings: list[tuple[float, float]]
    errors: dict[str, int]

    def worst(self, began: float, ended: float) -> float:
        """Return the longest that a statement under way between the two times took, in seconds."""
        return max(
            (end - start for start, end in self.timings if start <= ended and end >= began),
            default=0.0,
        )


class Traffic:
    """The writers' process; a context manager, warmed up when it is entered."""

    def __init__(self, url: str, rows: int) -> None:
        """Write to the database at *url*, whose table has *rows* rows."""
        program = Path(__file__).with_name("writers.py")
        self._process = subprocess.Popen(
            [sys.executable, str(program), url, str(rows), str(CLIENTS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        """Wait until the old code runs."""
        self.deploy({})
        time.sleep(WARM_UP)
        return self

    def deploy(self, new_columns: dict[str, str]) -> None:
        """Let the writers run the code that inserts *new_columns*; return when all of them do."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(new_columns) + "\n")
        self._process.stdin.flush()
        if not self._process.stdout.readline():
            raise RuntimeError("the writers' process ended")

    def stop(self) -> Seen:
        """Stop the writers and return what they saw."""
        output, _ = self._process.communicate()
        return Seen(**json.loads(output))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
