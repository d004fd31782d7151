"""Catches ``db prove`` that passes a revision which does not hold, or stops at one that does."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.write.prove import prove

from .support import Sandbox, book

ADD = "    op.add_column('book', sa.Column('note', sa.Text))\n"
DROP = "    op.drop_column('book', 'note')\n"


def noted() -> sa.MetaData:
    """Return the models that ``ADD`` leads to."""
    return book(sa.Column("note", sa.Text))


def by_hand(sandbox: Sandbox, up: str, down: str) -> str:
    """Write a revision after the first one and return its identifier."""
    sandbox.revise_first(book())
    written = sandbox.by_hand(up)
    path = Path(written.path)
    text = path.read_text(encoding="utf-8")
    mark = '"""Take the change back."""\n'
    path.write_text(text.replace(mark, mark + down, 1), encoding="utf-8")
    return written.revision


async def test_each_is_walked(door: Sandbox) -> None:
    last = by_hand(door, ADD, DROP)
    proved = await prove(noted())
    assert [one.goes_back for one in proved] == [True, True]
    assert [one.script.revision for one in await prove(noted(), last)] == [last]


async def test_one_way_has_no_way_back(door: Sandbox) -> None:
    by_hand(door, ADD, "    op.refuse_downgrade('its rows are gone')\n")
    assert [one.goes_back for one in await prove(noted())] == [True, False]


@pytest.mark.parametrize(
    ("up", "down", "said"),
    [
        (
            ADD,
            "",
            r"downgrade\(\) does not end where upgrade\(\) began:\n +column book.note: there",
        ),
        (ADD, DROP + "    op.execute('nonsense')\n", r"downgrade\(\): .*nonsense"),
        (ADD + "    op.execute('nonsense')\n", DROP, r"upgrade\(\): .*nonsense"),
        ("    nothing()\n", "", r"upgrade\(\): NameError"),
        ("    op.execute('SELECT 1')\n", "", "does not end where the models are: .*note"),
        (
            "    import builtins\n"
            "    builtins.turns = getattr(builtins, 'turns', 0) + 1\n"
            "    op.add_column('book', sa.Column('note', [sa.Text, sa.Integer][builtins.turns % 2]))\n",
            DROP,
            r"upgrade\(\) ends elsewhere the second time:\n +column book.note",
        ),
    ],
    ids=["forgets", "down fails", "up fails", "is no code", "not the models", "not twice"],
)
async def test_a_fault_is_named(door: Sandbox, up: str, down: str, said: str) -> None:
    by_hand(door, up, down)
    with pytest.raises(DatabaseError, match=said):
        await prove(noted())


async def test_only_the_chosen_are_walked(door: Sandbox) -> None:
    """What came before is applied; its way back is nobody's question."""
    by_hand(door, ADD, "")
    last = door.by_hand("    op.execute('SELECT 1')\n", "last").revision
    assert [one.script.revision for one in await prove(noted(), last)] == [last]


async def test_a_revision_that_is_not_there(door: Sandbox) -> None:
    door.revise_first(book())
    with pytest.raises(DatabaseError, match="nosuch.*: see 'alembic history'"):
        await prove(book(), "nosuch")
