"""Catches a value that old or new code wrote between the phases of a rename, and that is lost."""

from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import DATABASE, Database, Sandbox, book, upgrades


def named(name: str, *, old: str | None = None, **options: Any) -> sa.MetaData:
    """Return a book with a text of this *name*."""
    info = {} if old is None else {"renamed_from": old}
    return book(sa.Column(name, sa.String(20), info=info, **options))


def insert(identifier: int, **values: str) -> str:
    """Return the statement that inserts a row with these *values*."""
    names, texts = ", ".join(["id", *values]), ", ".join([str(identifier), *values.values()])
    return f"INSERT INTO book ({names}) VALUES ({texts})"


async def both(database: Database) -> list[tuple[Any, Any]]:
    """Return both texts of each row."""
    notes = await database.values("SELECT note FROM book ORDER BY id")
    remarks = await database.values("SELECT remark FROM book ORDER BY id")
    return list(zip(notes, remarks, strict=True))


@pytest.fixture
async def between(sandbox: Sandbox, database: Database) -> str:
    """Apply the expand of a rename; return the first revision."""
    first = sandbox.revise_first(named("note"))
    sandbox.upgrade()
    await database.execute(insert(1, note="'one'"), insert(2))
    change = sandbox.revise(named("remark", old="note"))
    assert upgrades(change)[:4] == ["add_column", "keep_in_sync", "backfill", "end_sync"]
    sandbox.upgrade(change[0].revision)
    return first.revision


async def test_what_either_writes_the_other_reads(between: str, database: Database) -> None:
    assert await both(database) == [("one", "one"), (None, None)]
    await database.execute(
        insert(3, note="'old'"),
        insert(4, remark="'new'"),
        "UPDATE book SET note = 'two' WHERE id = 2",
        "UPDATE book SET remark = 'ONE' WHERE id = 1",
        insert(5),
    )
    await database.execute("UPDATE book SET note = NULL WHERE id = 4")
    assert await both(database) == [
        ("ONE", "ONE"),
        ("two", "two"),
        ("old", "old"),
        (None, None),
        (None, None),
    ]
    await database.execute("UPDATE book SET remark = note WHERE id < 3", "DELETE FROM book")
    assert await both(database) == []


async def test_there_and_back(between: str, sandbox: Sandbox, database: Database) -> None:
    await database.execute("UPDATE book SET note = 'old code' WHERE id = 1")
    sandbox.upgrade()
    assert await database.values("SELECT remark FROM book ORDER BY id") == ["old code", None]
    command.check(sandbox.config(named("remark", old="note")))
    await database.execute(insert(3, remark="'new code'"))
    sandbox.downgrade("-1")
    assert (await both(database))[2] == ("new code", "new code")
    await database.execute("UPDATE book SET note = 'back' WHERE id = 3")
    assert (await both(database))[2] == ("back", "back")
    sandbox.downgrade(between)
    assert await database.values("SELECT note FROM book ORDER BY id") == ["old code", None, "back"]
    await database.execute(insert(4, note="'as before'"))
    sandbox.upgrade()
    assert (await database.values("SELECT remark FROM book ORDER BY id"))[3] == "as before"


async def test_a_default(sandbox: Sandbox, database: Database) -> None:
    sandbox.revise_first(named("note", server_default="usual", nullable=False))
    sandbox.upgrade()
    await database.execute(insert(1, note="'one'"), insert(2))
    change = sandbox.revise(named("remark", old="note", server_default="usual", nullable=False))
    sandbox.upgrade(change[0].revision)
    await database.execute(insert(3, note="'old'"), insert(4, remark="'new'"), insert(5))
    texts = ["one", "usual", "old", "new", "usual"]
    assert await both(database) == [(text, text) for text in texts]
    sandbox.upgrade()
    assert await database.values("SELECT remark FROM book ORDER BY id") == texts
    sandbox.downgrade("-1")
    await database.execute(insert(6), insert(7, remark="'new'"), insert(8, note="'old'"))
    texts += ["usual", "new", "old"]
    assert await both(database) == [(text, text) for text in texts]
    sandbox.upgrade()


async def test_rows_that_differ(between: str, sandbox: Sandbox, database: Database) -> None:
    await database.execute(
        *DATABASE.PAST_TRIGGERS, "UPDATE book SET note = 'past them' WHERE id = 1"
    )
    with pytest.raises(DatabaseError, match="remark and book.note differ in 1 rows"):
        sandbox.upgrade()
    assert await both(database) == [("past them", "one"), (None, None)]
    await database.execute("UPDATE book SET remark = note")
    sandbox.upgrade()
    assert await database.values("SELECT remark FROM book ORDER BY id") == ["past them", None]


async def test_a_contract_that_is_cut_off_when_the_triggers_are_gone(
    between: str, sandbox: Sandbox, database: Database
) -> None:
    """New code writes on, under its own name alone; the same command goes on too."""
    contract = next(path for path in sandbox.files() if "contract" in path.name)
    whole = contract.read_text(encoding="utf-8")
    end = 'op.end_sync("book", "remark", "note")'
    assert end in whole
    contract.write_text(
        whole.replace(end, f"{end}\n    raise KeyError('cut')", 1), encoding="utf-8"
    )
    with pytest.raises(KeyError, match="cut"):
        sandbox.upgrade()
    contract.write_text(whole, encoding="utf-8")
    await database.execute(insert(3, remark="'new code'"))
    sandbox.upgrade()
    remarks = await database.values("SELECT remark FROM book ORDER BY id")
    assert remarks == ["one", None, "new code"]
