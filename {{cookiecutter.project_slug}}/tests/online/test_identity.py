"""Catches a connection that does not say which build it belongs to."""

from types import SimpleNamespace

import pytest

from {{ cookiecutter.package_name }}.online.database import driver
from {{ cookiecutter.package_name }}.online.session import identity

HEADS = [f"{number:012}" for number in range(9)]


@pytest.mark.parametrize("heads", [[], HEADS[:1], HEADS[:2]])
def test_a_name_tells_its_heads(heads: list[str]) -> None:
    assert identity.heads_of(identity.named(heads)) == heads


@pytest.mark.parametrize("name", ["psql", "", identity.MIGRATIONS, "another/0000"])
def test_a_stranger_has_none(name: str) -> None:
    assert identity.heads_of(name) is None


def test_heads_that_the_server_would_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    build = SimpleNamespace(get_heads=lambda: HEADS)
    monkeypatch.setattr(identity, "shipped", lambda: build)
    found = identity.heads_of(identity.service_name.__wrapped__()) or []
    assert found == HEADS[: len(found)]
    assert (found == HEADS) == (driver.LONGEST_CLIENT_NAME is None)
