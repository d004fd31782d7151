"""Catches an answer of the database's that is told by a traceback, or without its place."""

import pytest
from alembic import command
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from {{ cookiecutter.package_name }}.online.deploy import faults
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .planned import ROWS, make, typed
from .support import Database, Sandbox

MISTAKES = {
    "wrong name in a value": 'op.backfill("book", "title", value="EUR")',
    "no table": 'op.execute("UPDATE nowhere SET a = 1")',
    "no column": 'op.execute("UPDATE book SET nowhere = 1")',
    "syntax": 'op.execute("UPDAT book SET pages = 1")',
    "duplicates": 'op.execute("UPDATE book SET id = 1")',
    "no function": 'op.execute("SELECT no_such_function(1)")',
    "table there": 'op.create_table("shelf", sa.Column("other", sa.Integer))',
}


@pytest.mark.parametrize("name", MISTAKES)
async def test_one_message(name: str, door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    script = door.by_hand(f"    {MISTAKES[name]}")
    done = await typed("upgrade", "--no-preflight")
    assert done.exit_code == 1
    message = done.output.splitlines()
    assert len(message) < 6
    assert message[0].startswith(
        f"error: Stopped in revision {script.revision} (expand), {script.path}:"
    )
    assert ": the database said: " in message[0]
    assert message[1].startswith("  in: ")
    assert "then run the same command again" in message[-1]
    assert "secret" not in done.output
    assert "Traceback" not in done.output


async def test_a_refusal_of_ours_has_its_place_too(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    script = door.by_hand('    op.set_not_null("book", "pages")')
    done = await typed("upgrade", "--no-preflight")
    message = done.output.splitlines()
    assert message[0].startswith("error: book.pages cannot become NOT NULL: 1 rows hold NULL")
    assert message[1].startswith(f"  in: revision {script.revision} (expand), {script.path}:")
    assert len(message) == 2


async def test_the_traceback_on_demand(door: Sandbox, database: Database) -> None:
    await make(door, database)
    script = door.by_hand(f"    {MISTAKES['no table']}")
    done = await typed("upgrade", "--no-preflight", "--traceback")
    assert done.exception is not None
    cause = done.exception.__cause__
    assert cause is not None
    frames = []
    traceback = cause.__traceback__
    while traceback is not None:
        frames.append(traceback.tb_frame.f_code.co_filename)
        traceback = traceback.tb_next
    assert script.path in frames


async def test_a_slip_of_the_authors_keeps_its_traceback(door: Sandbox, database: Database) -> None:
    door.by_hand("    nothing_of_this_name()")
    done = await typed("upgrade")
    assert isinstance(done.exception, NameError)


async def test_what_comes_from_no_revision_has_no_place(door: Sandbox, database: Database) -> None:
    await make(door, database)
    door.by_hand("    pass")
    command.upgrade(door.config(), "head")
    config = door.config()
    with EnvironmentContext(config, ScriptDirectory.from_config(config)):
        for error in (DatabaseError("too late"), DBAPIError(None, None, Exception("too late"))):
            with pytest.raises(DatabaseError, match="too late") as raised, faults.told():
                raise error
            assert "revision" not in str(raised.value).partition("\n")[0]
            assert "\n  in: " not in str(raised.value)
