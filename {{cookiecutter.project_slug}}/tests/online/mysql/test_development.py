"""Catches a missing DATABASE_URL that leaves its reader without a way to go on."""

import pytest

from {{ cookiecutter.package_name }}.online.session import url
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError


def test_without_a_url_it_says_how_to_come_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(DatabaseError, match="DATABASE_URL is not set.*compose.yaml"):
        url.database_url()


def test_a_unix_socket_stays_in_the_url() -> None:
    found = url.parse("mysql://user@localhost/data?unix_socket=/run/mysqld/mysqld.sock")
    assert found.query["unix_socket"] == "/run/mysqld/mysqld.sock"
