"""A database for the length of one task: a file in a folder of its own, removed afterwards."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL

from .driver import DRIVER


@asynccontextmanager
async def scratch_database() -> AsyncIterator[URL]:
    """Make an empty database, yield its URL, and remove it whatever happens."""
    with tempfile.TemporaryDirectory(prefix="scratch-") as folder:
        path = Path(folder) / "scratch.sqlite3"
        # An empty file is an empty database.
        path.touch()
        yield URL.create(DRIVER, database=str(path))
