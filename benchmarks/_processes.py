"""One whole process: how long it took, and the most memory it ever had."""

import os
import subprocess
import time
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """Seconds from start to end, and the peak of the resident memory in kilobytes."""

    seconds: float
    memory: int


def cost(*command: str | Path, cwd: Path, **environment: str) -> Cost:
    """Run *command* to its end; any failure ends the benchmark."""
    started = time.perf_counter()
    with (
        Path(os.devnull).open("rb") as nothing,
        subprocess.Popen(
            command,
            cwd=cwd,
            env=os.environ | environment,
            stdin=nothing,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}:\n{said.decode()}")
    return Cost(seconds, used.ru_maxrss)
