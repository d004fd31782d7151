"""Catches empty revisions, and one-way revisions that pretend to have a way back."""

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import VERSION_TABLE, Database, Sandbox, book

WORDS = ("revision", "--autogenerate", "-m", "change")


def test_no_change_writes_no_file(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    sandbox.revise(book())
    files = sandbox.files()
    assert sandbox.revise(book()) == []
    sandbox.type_command(book(), *WORDS)
    assert sandbox.files() == files
    assert capsys.readouterr().out.count("No change between the models and the migrations") == 2


def test_a_revision_by_hand_may_be_empty(sandbox: Sandbox) -> None:
    command.revision(sandbox.config(book()), "by hand")
    assert len(sandbox.files()) == 1


def test_check_tells_a_change_from_none(sandbox: Sandbox) -> None:
    sandbox.revise(book())
    sandbox.upgrade()
    sandbox.type_command(book(), "check")
    with pytest.raises(SystemExit):
        sandbox.type_command(book(sa.Column("title", sa.String(100))), "check")


@pytest.mark.parametrize("typed", [True, False])
async def test_one_way(typed: bool, sandbox: Sandbox, database: Database) -> None:
    if typed:
        sandbox.type_command(book(), "-x", "one-way", *WORDS)
    else:
        sandbox.revise(book(), one_way=True)
    sandbox.upgrade()
    before = await database.schema()
    with pytest.raises(DatabaseError, match="no downgrade"):
        sandbox.downgrade("base")
    assert await database.schema() == before
    assert await database.values(f"SELECT count(*) FROM {VERSION_TABLE}") == [1]
