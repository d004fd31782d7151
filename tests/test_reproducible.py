"""The same answers give the same bytes, the first migration and the lock file among them."""

from pathlib import Path
from typing import Any

import pytest
from baking import TEMPLATE, contents, revisions

pytestmark = pytest.mark.slow


def test_two_generations_are_equal(
    generated: Path, cookies: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a date, a random id, a path, or the order of a set in what is written."""
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    again = cookies.bake(template=str(TEMPLATE))
    assert again.exception is None
    first, second = contents(generated), contents(again.project_path)
    assert list(first) == list(second)
    assert [path for path in first if first[path] != second[path]] == []
    assert len(revisions(generated)) == 1
