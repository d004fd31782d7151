"""Catches two heads, or a merge, of which nobody says what to type, or whose way back is accused."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import Script, ScriptDirectory

from {{ cookiecutter.package_name }}.online.deploy import upgrade
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.write.prove import prove

from .planned import reasons, typed
from .support import Database, Sandbox, book

TABLES = ("one", "two")
SEVERAL = "Multiple head revisions are present: {} and {} .* alembic merge heads -m"


def both() -> sa.MetaData:
    """Return the models that the two branches lead to."""
    models = book()
    for name in TABLES:
        sa.Table(name, models, sa.Column("id", sa.Integer, primary_key=True))
    return models


def branch(sandbox: Sandbox, table: str, after: str) -> str:
    """Write a revision that makes a *table*, on a branch of its own; return its identifier."""
    written = command.revision(sandbox.config(), table, head=after, splice=True)
    assert isinstance(written, Script)
    path = Path(written.path)
    text = path.read_text(encoding="utf-8")
    make = f'op.create_table("{table}", sa.Column("id", sa.Integer, primary_key=True))'
    for mark, line in (
        ('"""Apply the change."""', make),
        ('"""Take the change back."""', f'op.drop_table("{table}")'),
        ("\nrevision =", "import sqlalchemy as sa\nfrom alembic import op\n\nrevision ="),
    ):
        new = line if line.startswith("import") else f"{mark}\n    {line}"
        text = text.replace(mark, new, 1)
    path.write_text(text, encoding="utf-8")
    return written.revision


@pytest.fixture
def fork(door: Sandbox) -> str:
    """Write a first revision, and two on top of it; return the first."""
    first = door.revise_first(book()).revision
    for table in TABLES:
        branch(door, table, first)
    return first


def heads(sandbox: Sandbox) -> list[str]:
    """Return the heads, sorted."""
    return sorted(ScriptDirectory.from_config(sandbox.config()).get_heads())


def merged(sandbox: Sandbox) -> Script:
    """Do what the manual says, and return the merge."""
    written = command.merge(sandbox.config(), "heads", "both")
    assert isinstance(written, Script)
    return written


async def test_head_says_merge(fork: str, door: Sandbox, database: Database) -> None:
    told = SEVERAL.format(*heads(door))
    with pytest.raises(DatabaseError, match=told):
        door.upgrade("head")
    with pytest.raises(DatabaseError, match=told):
        command.stamp(door.config(), "head")
    done = await typed("upgrade", "head")
    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)
    assert "(nothing" not in done.output
    assert "alembic merge heads" in (await typed("plan", "head")).output
    door.upgrade("heads")
    # Where nothing is to do, a quick look answers: with the same words.
    with pytest.raises(DatabaseError, match=told):
        door.upgrade("head")
    assert (await typed("check")).exit_code == 0


async def test_each_branch_and_the_merge_are_proven(fork: str, door: Sandbox) -> None:
    assert [one.goes_back for one in await prove(both())] == [True] * 3
    merge = merged(door)
    proved = await prove(both())
    assert [one.goes_back for one in proved] == [True] * 4
    assert proved[-1].script.revision == merge.revision
    assert await reasons() == []


async def test_back_from_a_merge(fork: str, door: Sandbox, database: Database) -> None:
    ends = heads(door)
    merge = merged(door).revision
    door.by_hand("    pass\n", "later")
    door.upgrade()
    before = await database.schema()
    for steps in "-2", "-3":
        with pytest.raises(DatabaseError, match=f"The merge {merge} joins") as error:
            door.downgrade(steps)
        assert "\n" not in str(error.value)
    alone, every = [word.split()[2] for word in str(error.value).split("Type ")[1].split("; ")]
    assert alone in ends
    assert every == fork
    assert await database.schema() == before
    door.downgrade("-1")
    door.downgrade(alone)
    assert sorted(await upgrade.current()) == ends
    assert await database.schema() == before
    door.downgrade(every)
    assert await upgrade.current() == (fork,)
    door.upgrade()
    assert await database.schema() == before


async def test_back_from_two_heads(fork: str, door: Sandbox, database: Database) -> None:
    door.upgrade("heads")
    one, two = heads(door)
    with pytest.raises(DatabaseError, match=f"is at several heads .{one}, {two}.*{one}@-1 or"):
        door.downgrade("-1")
    assert sorted(await upgrade.current()) == [one, two]
    door.downgrade(f"{one}@-1")
    assert await upgrade.current() == (two,)


async def test_a_fault_of_another_kind_keeps_its_words(fork: str, door: Sandbox) -> None:
    merged(door)
    door.upgrade()
    with pytest.raises(Exception, match="Can't locate revision"):
        door.downgrade("nosuch")
    with pytest.raises(Exception, match="nosuch"):
        door.downgrade("nosuch-1")
