"""Which tests run: yours and the proof of your revisions; the machinery's own by ``--engine``."""

from pathlib import Path

import pytest

from .online.fixtures import (
    database,
    database_at_head,
    door,
    garbage_is_looked_for,
    no_database_of_yours,
    quick_scratch_databases,
    sandbox,
)

__all__ = [
    "database",
    "database_at_head",
    "door",
    "garbage_is_looked_for",
    "no_database_of_yours",
    "quick_scratch_databases",
    "sandbox",
]

ENGINE = Path(__file__).parent / "online"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--engine``."""
    parser.addoption(
        "--engine",
        action="store_true",
        help="run the tests of the machinery (online/) in place of yours",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the tests of the machinery, or all others."""
    is_test = collection_path.name.startswith("test_")
    is_engine = ENGINE in collection_path.parents and collection_path.parent.name != "proof"
    return True if is_test and is_engine != config.getoption("--engine") else None
