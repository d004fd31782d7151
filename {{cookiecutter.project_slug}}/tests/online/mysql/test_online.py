"""No revision stops live traffic: what changes a table in use says so to the server, which refuses.

Each revision runs, and every statement that it sends is read: one that changes a table which was
there before must ask for INSTANT, or for INPLACE with LOCK=NONE. Tables are empty here, and count
as full; what the author allowed (``op.allowed``) passes.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import Script

from {{ cookiecutter.package_name }}.online.mysql.operations.online import OnlineImpl
from {{ cookiecutter.package_name }}.online.operations.allowed import Allowed
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.session.scripts import alembic_config, scripts

from ..support import Database, Sandbox, book

ALLOWED = "allowed"
# What takes a table's lock; DROP TABLE and RENAME TABLE take it for an instant.
CHANGE = re.compile(
    r"\s*(?:ALTER\s+TABLE|CREATE\s+(?:\w+\s+)?INDEX\s+\S+\s+ON|DROP\s+INDEX\s+\S+\s+ON|OPTIMIZE\s+TABLE"
    r"|LOCK\s+TABLES?|TRUNCATE(?:\s+TABLE)?)\s+`?(\w+)",
    re.I,
)
LIGHT = re.compile(r"ALGORITHM\s*=\s*(INSTANT|INPLACE,?\s+LOCK\s*=\s*NONE)", re.I)
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"


async def test_no_revision_stops_live_traffic(database: Database) -> None:
    for script in reversed(list(scripts().walk_revisions())):
        before = set(await database.values(TABLES))
        with sent() as statements:
            command.upgrade(alembic_config(), script.revision)
        told = "\n".join(heavy(statements, before))
        assert not told, f"{script.path} would stop live traffic:\n{told}"


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE book ADD COLUMN title INT",
        "ALTER TABLE `book` ADD COLUMN title INT, ALGORITHM=INPLACE, LOCK=SHARED",
        "CREATE FULLTEXT INDEX words ON book (title)",
        "TRUNCATE book",
    ],
)
def test_a_heavy_statement_would_be_found(statement: str) -> None:
    assert heavy([statement], {"book"}) == [statement]
    assert heavy([statement], {"shelf"}) == []
    assert heavy([ALLOWED, statement], {"book"}) == []


def test_a_change_of_type_on_a_table_in_use_is_refused(sandbox: Sandbox) -> None:
    """Also where a revision that the author allowed has lost its ``op.allowed``."""
    sandbox.revise(book(sa.Column("pages", sa.Integer)))
    [script] = sandbox.revise(book(sa.Column("pages", sa.BigInteger)), allow="type_change")
    forget_what_was_allowed(script)
    with sent(), pytest.raises(DatabaseError, match="cannot do this beside the traffic"):
        sandbox.upgrade()


def forget_what_was_allowed(script: Script) -> None:
    """Take ``op.allowed`` out of the file of *script*."""
    with open(script.path, "r+", encoding="utf-8") as file:
        text = re.sub(
            r"    op\.allowed\(.*?\n    \)\n|    op\.allowed\(.*\)\n", "", file.read(), flags=re.S
        )
        file.seek(0)
        file.write(text)
        file.truncate()


def heavy(statements: list[str], tables: set[str]) -> list[str]:
    """Return those of *statements* that may keep writers out of one of *tables*."""
    found = []
    for last, statement in zip([""] + statements, statements, strict=False):
        change = CHANGE.match(statement)
        if change and change[1] in tables and not LIGHT.search(statement) and last != ALLOWED:
            found.append(statement)
    return found


@contextmanager
def sent() -> Iterator[list[str]]:
    """Collect the statements that migrations send, and count every table as one with rows."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    def allow(*_: Any) -> None:
        found.append(ALLOWED)

    run = Allowed.run

    def noting(self: Allowed, operations: Any) -> None:
        run(self, operations)
        allow()

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(OnlineImpl, "_has_rows", lambda self, quoted: True)
            patch.setattr(Allowed, "run", noting)
            yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
