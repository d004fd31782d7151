"""Run ``alembic upgrade head`` and tell when it began and ended, and its peak memory in bytes.

A program for the service's own Python. Python's start-up and imports do not count, on either
side: ``alembic current`` runs first, and does all of that. The answer is the last line of output.
"""

import json
import platform
import re
import resource
import time
from pathlib import Path

from alembic.config import main


def peak_memory() -> int:
    """Return this process's peak memory in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss would begin with the size of the process that started us
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text())
        if found:
            return int(found[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == "Darwin" else peak * 1024


if __name__ == "__main__":
    main(["current"])
    began = time.monotonic()
    main(["upgrade", "head"])
    ended = time.monotonic()
    print(json.dumps([began, ended, peak_memory()]))
