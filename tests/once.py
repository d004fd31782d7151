"""What all workers of a run share: made by the first that needs it, found by the others.

pytest-xdist runs a session in each worker, so that a fixture of scope "session" would bake, install
and initialise once a worker.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

# The workers inherit it from the process that starts them.
_VARIABLE = "TEMPLATE_TESTS_FOLDER"
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ


def start_run() -> Path:
    """Return the folder of this run, which workers find and the first process makes."""
    if not IS_WORKER:
        os.environ[_VARIABLE] = tempfile.mkdtemp(prefix="generated-")
    return Path(os.environ[_VARIABLE])


def end_run() -> None:
    """Remove the folder of this run; workers leave that to the process that made it."""
    if not IS_WORKER:
        shutil.rmtree(os.environ.pop(_VARIABLE), ignore_errors=True)


def once(name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder *name*, which *make* has filled once in this run."""
    shared = Path(os.environ[_VARIABLE]) / "shared"
    shared.mkdir(exist_ok=True)
    folder, made = shared / name, shared / f"{name}.made"
    with FileLock(shared / f"{name}.lock"):
        if not made.exists():
            # Where somebody has tried in vain.
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder
