"""Catches a setting that is not read from the environment."""

import pytest

from invoice_service.settings import Settings


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGE_SIZE", "7")
    assert Settings().page_size == 7
