"""The fixture that several test files share: name this module in their ``pytest_plugins``."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from once import once
from service import Server

from .worker import Worker, working


@pytest.fixture(scope="session")
def worker(baked: Path, server: Server) -> Iterator[Worker]:
    """The process that runs the catalogue, on the tests' server; its answers are for all of them."""
    with working(baked, server.url(), once("catalogue", lambda _: None)) as worker:
        yield worker
