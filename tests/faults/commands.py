"""Commands of the service in the background: started in an instant, watched, ended by their pid."""

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from service import PACKAGE, Service

# The longest that anything here may take (seconds).
PATIENCE = 60.0


@dataclass
class Command:
    """A command that runs, or has run; *code* is how it ended."""

    pid: int
    output: Path
    answers: IO[bytes]
    code: int | None = None

    def poll(self, timeout: float = 0.0) -> int | None:
        """Return how it ended; None where it still runs after *timeout* seconds."""
        if self.code is None and select.select([self.answers], [], [], timeout)[0]:
            self.code = int(self.answers.readline())
        return self.code

    def wait(self, timeout: float = PATIENCE) -> int:
        """Wait for its end and return its exit code; fails after *timeout* seconds."""
        code = self.poll(timeout)
        assert code is not None, f"it still runs after {timeout} s:\n{self.said()}"
        return code

    def until(self, found: Callable[[], object]) -> None:
        """Return when *found* says something true; fails where the command ends before that."""
        end = time.monotonic() + PATIENCE
        while not found():
            assert self.poll() is None, f"it ended too early:\n{self.said()}"
            assert time.monotonic() < end, f"it never came so far:\n{self.said()}"
            time.sleep(0.005)

    def said(self) -> str:
        """Return what it has written."""
        return self.output.read_text(encoding="utf-8")

    def signal(self, number: int) -> None:
        """Send it a signal, unless it has just ended."""
        if self.code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Commands:
    """Starts commands of *service*, one at a time: one that still runs is killed."""

    def __init__(self, service: Service, process: subprocess.Popen[bytes]) -> None:
        """Take the *process* that runs ``warm.py``."""
        self._service = service
        self._process = process
        self._started: list[Command] = []

    def start(
        self,
        *arguments: str,
        module: str = PACKAGE,
        without: Sequence[str] = (),
        **environment: str,
    ) -> Command:
        """Start ``python -m module`` with *arguments*, in this *environment*, *without* those names."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.kill()
        output = self._service.folder / f"output-{len(self._started)}"
        order = {
            "module": module,
            "arguments": arguments,
            "environment": environment,
            "without": without,
            "output": str(output),
        }
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        pid = int(self._process.stdout.readline())
        self._started.append(Command(pid, output, self._process.stdout))
        return self._started[-1]

    def kill(self) -> None:
        """Kill the command that still runs, if one does."""
        for command in self._started[-1:]:
            if command.poll() is None:
                command.signal(signal.SIGKILL)
                command.wait()


@contextmanager
def ready(service: Service) -> Iterator[Commands]:
    """Import the *service* once, and be ready to start its commands."""
    process = subprocess.Popen(
        [service.python, Path(__file__).with_name("warm.py"), PACKAGE],
        cwd=service.folder,
        env=service.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    commands = Commands(service, process)
    try:
        yield commands
    finally:
        commands.kill()
        process.kill()
        process.communicate()
