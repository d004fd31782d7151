"""Generated code is clean as it comes, for every kind of answer."""

from pathlib import Path

import pytest
from baking import EXTREMES, run
from conftest import Bake

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("answers", [{}, *EXTREMES.values()], ids=["default", *EXTREMES])
def test_ruff_and_mypy_are_content(
    bake_with_migration: Bake, generated: Path, mypy_cache: Path, answers: dict[str, str]
) -> None:
    """Catches lines, imports or types that only fit names as long as the default ones."""
    folder = bake_with_migration(**answers)
    run("ruff", "check", cwd=folder)
    run("ruff", "format", "--check", cwd=folder)
    # The service's packages.
    tools = generated / ".venv/bin"
    cache = ("--cache-dir", mypy_cache)
    run(tools / "mypy", "--python-executable", tools / "python", *cache, cwd=folder)
