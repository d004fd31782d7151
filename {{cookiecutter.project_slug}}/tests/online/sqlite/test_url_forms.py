"""Catches a URL of a file that ends in a traceback, or opens another file than it says."""

import os
import traceback
from pathlib import Path

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.online.session import url
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database

# What a URL may say for the file ``{path}``.
OPENING = (
    "sqlite:///{path}",
    "sqlite+aiosqlite:///{path}",
    "  sqlite:///{path}\n",
    "sqlite:///{folder}/../{name}/file.sqlite3",
    "sqlite:///{relative}",
)
# The URL, and what is said of it.
REFUSED = {
    "sqlite://": "leads to no file",
    "sqlite:///": "leads to no file",
    "sqlite:///:memory:": "leads to no file",
    "sqlite+aiosqlite://": "leads to no file",
    "sqlite:///file:/data.sqlite3": "leads to no file",
    "sqlite:///file:x?mode=memory&uri=true": "more than a path",
    "sqlite:////data.sqlite3?mode=ro": "more than a path",
    "sqlite:////data.sqlite3?timeout=5": "more than a path",
    "sqlite:////data.sqlite3?nonsense=Tr0ub4dor": "more than a path",
    "sqlite://host/data.sqlite3": "more than a path",
    "sqlite://user:Tr0ub4dor@host/data.sqlite3": "more than a path",
    "sqlite://user:Tr0ub4dor@host:99999/data.sqlite3": "from 1 to 65535",
    "sqlite://host:port/data.sqlite3": "cannot be read",
    "sqlite://a:1,b:2/data.sqlite3": "more than a path",
    "sqlite:////nowhere/at/all/data.sqlite3": "cannot be opened",
    "sqlite:////tmp": "cannot be opened",
    "sqlite+pysqlcipher://:Tr0ub4dor@/data.sqlite3": "runs on SQLite",
    "oracle://user:Tr0ub4dor@host/data?sslmode=require": "runs on SQLite",
    "/var/lib/data.sqlite3": "cannot be read",
}


async def tried(text: str) -> str:
    """Return "opened", or the sentence that says why not; no other error gets out."""
    try:
        async with connection_to(url.parse(text)) as connection:
            await connection.execute(sa.text("SELECT count(*) FROM t"))
    except DatabaseError as error:
        return sentence(error)
    return "opened"


def sentence(error: DatabaseError) -> str:
    """Return what *error* says: one line, without the password here or in its traceback."""
    assert "Tr0ub4dor" not in "".join(traceback.format_exception(error))
    assert "\n" not in str(error)
    return str(error)


@pytest.mark.parametrize("form", OPENING)
async def test_opens_the_file(form: str, database: Database) -> None:
    await database.execute("CREATE TABLE t (a)")
    path = Path(database.url.database or "")
    folder, project = path.parent, Path(__file__).parents[3]
    text = form.format(
        path=path,
        folder=folder,
        name=folder.name,
        relative=os.path.relpath(path, project),
    ).replace("file.sqlite3", path.name)
    assert await tried(text) == "opened"


@pytest.mark.parametrize("text", REFUSED)
async def test_is_refused_in_one_sentence(text: str) -> None:
    assert REFUSED[text] in await tried(text)
