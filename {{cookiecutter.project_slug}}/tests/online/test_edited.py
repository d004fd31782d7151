"""Catches a revision that was edited after it was applied, and of which ``db check`` says nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command

from .planned import typed
from .support import NOTED, Database, Sandbox, book

CURRENT = "the database is current\n"
Edit = Callable[[str, str], Path]


@pytest.fixture
def edit(door: Sandbox) -> Edit:
    """Apply two revisions; return what replaces a text in the first one."""
    path = Path(door.by_hand("    op.execute('SELECT 1')\n", "first").path)
    door.by_hand("    op.execute('SELECT 2')\n", "second")
    door.upgrade()

    def edit(old: str, new: str) -> Path:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    return edit


async def test_it_is_told_with_its_file(edit: Edit, door: Sandbox) -> None:
    assert (await typed("check")).output == CURRENT
    path = edit("SELECT 1", "SELECT 3")
    done = await typed("check")
    assert done.exit_code == 1
    assert "A revision was edited after this database had applied it: " in done.output
    assert f"({path})" in done.output
    assert len(done.output.splitlines()) == 1
    edit("SELECT 3", "SELECT 1")
    assert (await typed("check")).output == CURRENT


async def test_each_is_told(edit: Edit, door: Sandbox) -> None:
    for path in door.files():
        path.write_text(path.read_text(encoding="utf-8").replace("SELECT", "SELECT 1 +"))
    done = await typed("check")
    assert "2 revisions were edited after this database had applied them: " in done.output
    assert all(str(path) in done.output for path in door.files())


async def test_comments_and_layout_are_no_edit(edit: Edit) -> None:
    edit("def upgrade", "# Why.\n\n\ndef upgrade")
    edit("op.execute('SELECT 1')", 'op.execute(\n        "SELECT 1",\n    )')
    assert (await typed("check")).output == CURRENT


async def test_what_is_pending_is_told_too(edit: Edit, door: Sandbox) -> None:
    edit("SELECT 1", "SELECT 3")
    pending = door.by_hand("    pass\n", "third")
    done = await typed("check")
    assert f"pending {pending.revision}" in done.output
    assert "A revision was edited" in done.output
    # A revision that is pending may be edited as one likes.
    path = Path(pending.path)
    path.write_text(path.read_text(encoding="utf-8") + "\nSELECT = 1\n", encoding="utf-8")
    assert (await typed("check")).output == done.output


async def test_what_it_says_to_type_ends_it(edit: Edit, door: Sandbox) -> None:
    edit("SELECT 1", "SELECT 3")
    said = (await typed("check")).output
    revisions = said.partition("alembic stamp --purge ")[2].partition(" (")[0].split()
    command.stamp(door.config(), revisions, purge=True)
    assert (await typed("check")).output == CURRENT


async def test_taken_back_and_applied_again(edit: Edit, door: Sandbox) -> None:
    edit("SELECT 1", "SELECT 3")
    door.downgrade("base")
    door.upgrade()
    assert (await typed("check")).output == CURRENT


async def test_it_can_be_left_out(edit: Edit, monkeypatch: pytest.MonkeyPatch) -> None:
    edit("SELECT 1", "SELECT 3")
    monkeypatch.setenv("MIGRATIONS_CHECKSUMS", "false")
    assert (await typed("check")).output == CURRENT


@pytest.mark.parametrize("before", ["no table", "no row", "no checksum"])
async def test_of_what_was_applied_before_nothing_is_said(
    before: str, edit: Edit, database: Database
) -> None:
    table = NOTED[1]
    statements = {
        "no table": f"DROP TABLE {table}",
        "no row": f"DELETE FROM {table}",
        "no checksum": f"UPDATE {table} SET source = NULL, code = NULL",
    }
    edit("SELECT 1", "SELECT 3")
    await database.execute(statements[before])
    assert (await typed("check")).output == CURRENT


async def test_an_upgrade_with_nothing_to_do_asks_nothing_of_it(
    edit: Edit, door: Sandbox, database: Database
) -> None:
    await database.execute(f"DROP TABLE {NOTED[1]}")
    door.upgrade()
    assert "nothing to apply" in (await typed("upgrade")).output
    with pytest.raises(Exception, match="_applied"):
        await database.values(f"SELECT * FROM {NOTED[1]}")


async def test_the_first_revision_as_it_was_written(door: Sandbox) -> None:
    door.revise_first(book())
    door.upgrade()
    assert (await typed("check")).output == CURRENT
