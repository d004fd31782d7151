"""Catches a rule that only changes, and is missing from one phase to the next."""

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.exc import DBAPIError

from .support import DATABASE, Database, Sandbox, book


def models(*rules: sa.schema.SchemaItem) -> sa.MetaData:
    """Return a book of two numbers that may stand on a shelf, with *rules*."""
    numbers = [sa.Column(name, sa.Integer) for name in ("a", "b", "shelf_id")]
    found = book(*numbers, *rules)
    sa.Table("shelf", found, sa.Column("id", sa.Integer, primary_key=True))
    return found


def key(**options: str) -> sa.ForeignKeyConstraint:
    """Return the key to the shelf."""
    return sa.ForeignKeyConstraint(["shelf_id"], ["shelf.id"], **options)  # type: ignore[arg-type]


def unique(*columns: str, name: str | None = None) -> sa.UniqueConstraint:
    """Return a unique rule."""
    return sa.UniqueConstraint(*columns, name=name)


def index(name: str, *columns: str) -> sa.Index:
    """Return a unique index."""
    return sa.Index(name, *columns, unique=True)


def rule(text: str) -> sa.CheckConstraint:
    """Return a CHECK."""
    return sa.CheckConstraint(text, name="sane")


NOWHERE = "(a, b, shelf_id) VALUES (20, 20, 99)"
TWICE = "(a, b) VALUES (7, 8)"
TWO_OF_A = "(a, b) VALUES (7, 9)"
# The rule before and after, a row that breaks both, and one that only the old rule forbids.
CASES = {
    "key": (key(), key(ondelete="CASCADE"), NOWHERE, None),
    "key of another name": (key(name="one"), key(name="two", ondelete="CASCADE"), NOWHERE, None),
    "wider": (unique("a", name="one"), unique("a", "b", name="one"), TWICE, TWO_OF_A),
    "wider, by convention": (unique("a"), unique("a", "b"), TWICE, TWO_OF_A),
    "wider index": (index("one", "a"), index("one", "a", "b"), TWICE, TWO_OF_A),
    "wider index of another name": (index("one", "a"), index("two", "a", "b"), TWICE, TWO_OF_A),
    "narrower": (unique("a", "b", name="one"), unique("a", name="one"), TWICE, None),
    "narrower, by convention": (unique("a", "b"), unique("a"), TWICE, None),
    "narrower index": (index("one", "a", "b"), index("one", "a"), TWICE, None),
    "index for a constraint": (index("one", "a"), unique("a", "b", name="two"), TWICE, TWO_OF_A),
}
if DATABASE.CHECKS_COME_ONLINE:
    LITTLE = "(a, b) VALUES (0, 0)"
    CASES["looser check"] = (rule("a > 4"), rule("a > 1"), LITTLE, "(a, b) VALUES (3, 3)")
    CASES["stricter check"] = (rule("a > 1"), rule("a > 4"), LITTLE, None)


@pytest.mark.parametrize("name", CASES)
async def test_one_of_the_two_always_stands(
    name: str, sandbox: Sandbox, database: Database
) -> None:
    old, new, breaks, allowed = CASES[name]
    old_models, new_models = models(old), models(new)
    sandbox.revise(old_models)
    sandbox.upgrade()
    await database.execute("INSERT INTO book (id, a, b) VALUES (1, 7, 8)")
    before = await database.schema()

    def inserted(identifier: int, rest: str) -> str:
        return "INSERT INTO book " + rest.replace("(", "(id, ", 1).replace(
            "VALUES (", f"VALUES ({identifier}, "
        )

    scripts = sandbox.revise(new_models)
    for script in scripts:
        sandbox.upgrade(script.revision)
        with pytest.raises(DBAPIError):
            await database.execute(inserted(2, breaks))
    if allowed is not None:
        # New code writes it when the expand is there.
        sandbox.downgrade(scripts[0].revision)
        await database.execute(inserted(3, allowed), "DELETE FROM book WHERE id = 3")
        sandbox.upgrade()
    command.check(sandbox.config(new_models))
    sandbox.downgrade(f"-{len(scripts)}")
    assert await database.schema() == before
