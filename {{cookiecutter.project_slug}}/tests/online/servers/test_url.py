"""Catches passwords that break the URL or leak out of it, and a missing or foreign DATABASE_URL."""

import logging
import traceback
from urllib.parse import quote

import pytest
from pydantic import ValidationError

from {{ cookiecutter.package_name }}.online.database import driver
from {{ cookiecutter.package_name }}.online.session import url
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.settings import Settings

from ..support import DATABASE

SCHEME = driver.SCHEMES[-1]

HARD = ["p@ss", "a/b", "a#b", "a:b", "a?b=c", "100%", "%%", "p@a/b#c:d?e%", "ünï ©", "'\"\\$"]


@pytest.mark.parametrize("scheme", [*driver.SCHEMES, driver.DRIVER])
def test_plain_schemes_are_given_the_driver(scheme: str) -> None:
    assert url.parse(f"{scheme}://user@localhost/data").drivername == driver.DRIVER


@pytest.mark.parametrize("password", HARD)
@pytest.mark.parametrize("encode", [quote, str], ids=["encoded", "raw"])
def test_any_password_is_read(password: str, encode: type[str]) -> None:
    text = f"{SCHEME}://user:{encode(password)}@example.org:5433/data"
    found = url.parse(text)
    assert found.password == password
    assert (found.drivername, found.username) == (driver.DRIVER, "user")
    assert (found.host, found.port, found.database) == ("example.org", 5433, "data")


def test_a_password_apart_from_the_url_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{SCHEME}://user@example.org/data")
    monkeypatch.setenv("DATABASE_PASSWORD", "%41@/")
    assert url.database_url().password == "%41@/"


async def test_no_password_in_log_error_or_repr(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("DATABASE_URL", DATABASE.UNREACHABLE)
    with pytest.raises(DatabaseError) as refusal:
        async with connection_to(url.database_url()):
            pass
    told = ["".join(traceback.format_exception(refusal.value)), caplog.text]
    told += [repr(Settings()), str(Settings()), repr(url.database_url()), str(url.database_url())]
    monkeypatch.setenv("ENVIRONMENT", "nowhere")
    with pytest.raises(ValidationError) as invalid:
        Settings()
    assert not [text for text in [*told, str(invalid.value)] if "Tr0ub4dor" in text]


@pytest.mark.parametrize(
    "text",
    ["oracle://user:Tr0ub4dor@host/data", f"{driver.DIALECT}+other://u:Tr0ub4dor@host/data", "Tr0ub4dor"],
)
def test_other_databases_are_refused(text: str) -> None:
    with pytest.raises(DatabaseError, match=f"{SCHEME}://") as refusal:
        url.parse(text)
    assert "Tr0ub4dor" not in "".join(traceback.format_exception(refusal.value))


def test_production_needs_a_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(DatabaseError, match="DATABASE_URL is not set"):
        url.database_url()


def test_migrations_take_a_direct_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATIONS_DATABASE_URL", f"{SCHEME}://user@direct/data")
    assert url.migrations_url().host == "direct"


def test_a_wrong_setting_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "nowhere")
    with pytest.raises(DatabaseError, match="ENVIRONMENT: .*'development' or 'production'"):
        url.database_url()
