"""The fixture that several test files share: name this module in their ``pytest_plugins``."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from service import Server

from .worker import Worker, working


@pytest.fixture(scope="session")
def worker(baked: Path, server: Server) -> Iterator[Worker]:
    """The process that runs the catalogue, on the tests' server."""
    with working(baked, server.url()) as worker:
        yield worker
