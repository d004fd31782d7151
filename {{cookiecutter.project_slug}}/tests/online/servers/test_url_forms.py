"""Catches a URL that a managed database hands out and that ends in a traceback, or shows its password."""

import traceback
from pathlib import Path

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.online.session import url
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..{{ cookiecutter.database }}.url_forms import CONNECTING, REFUSED
from ..support import Database


async def tried(text: str) -> str:
    """Return "connected", or the sentence that says why not; no other error gets out."""
    try:
        async with connection_to(url.parse(text)) as connection:
            assert await connection.scalar(sa.text("SELECT 1")) == 1
    except DatabaseError as error:
        return sentence(error)
    return "connected"


def sentence(error: DatabaseError) -> str:
    """Return what *error* says: one line, without the password here or in its traceback."""
    assert "Tr0ub4dor" not in "".join(traceback.format_exception(error))
    assert "\n" not in str(error)
    return str(error)


@pytest.mark.parametrize("parameters", CONNECTING)
async def test_connects(database: Database, parameters: str) -> None:
    base = database.url.render_as_string(hide_password=False)
    text = f"{base}{'&' if '?' in base else '?'}{parameters}"
    assert await tried(text) == "connected"
    # What was read is written for another process, and read again.
    again = url.parse(text)
    assert url.parse(again.render_as_string(hide_password=False)) == again


@pytest.mark.parametrize("text", REFUSED)
async def test_is_refused_in_one_sentence(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert REFUSED[text] in await tried(text)


@pytest.mark.parametrize("text", [text for text in REFUSED if "Tr0ub4dor@" in text])
def test_no_password_where_it_is_shown(text: str) -> None:
    try:
        told = repr(url.parse(text))
    except DatabaseError as error:
        told = sentence(error)
    assert "Tr0ub4dor" not in told
