"""Catches a database that counts as current although this code does not know where it stands."""

from functools import partial

import pytest
from alembic import command

from {{ cookiecutter.package_name }}.online import service
from {{ cookiecutter.package_name }}.online.deploy import upgrade
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.session.scripts import alembic_config

from .planned import typed
from .support import NOTED, VERSION_TABLE, Database, Sandbox

TOLD = "The database is at of_tomorrow, which this code does not know: a newer release"
FOREIGN = (
    "The database is at of_tomorrow, which this code does not know and which shares no revision"
)


@pytest.fixture
async def ahead(database_at_head: Database) -> Database:
    """Let the database stand at a revision of nobody's."""
    await database_at_head.execute(f"UPDATE {VERSION_TABLE} SET version_num = 'of_tomorrow'")
    return database_at_head


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["check"], 1),
        (["plan"], 3),
        (["upgrade"], 1),
        (["upgrade", "--phase", "expand"], 1),
        (["upgrade", "--phase", "contract"], 1),
    ],
)
async def test_each_command_says_which(words: list[str], code: int, ahead: Database) -> None:
    done = await typed(*words)
    assert (done.exit_code, TOLD in done.output) == (code, True)
    assert await ahead.values(f"SELECT version_num FROM {VERSION_TABLE}") == ["of_tomorrow"]


async def test_a_row_of_somebody_else_beside_ours(database_at_head: Database) -> None:
    await database_at_head.execute(f"INSERT INTO {VERSION_TABLE} VALUES ('of_tomorrow')")
    await told_everywhere()


async def test_a_database_of_somebody_else(database: Database) -> None:
    command.ensure_version(alembic_config())
    await database.execute(f"INSERT INTO {VERSION_TABLE} VALUES ('of_tomorrow')")
    await told_everywhere()


async def told_everywhere() -> None:
    """Assert that each way in says that the database is another service's, and changes nothing."""
    for words, code in (
        (["check"], 1),
        (["plan"], 3),
        (["upgrade"], 1),
        (["upgrade", "--phase", "expand"], 1),
        (["upgrade", "--phase", "contract"], 1),
    ):
        done = await typed(*words)
        assert (words, done.exit_code, FOREIGN in done.output) == (words, code, True)
    for run in (
        command.check,
        command.current,
        partial(command.stamp, revision="head"),
        partial(command.downgrade, revision="base"),
        partial(command.upgrade, revision="head"),
    ):
        with pytest.raises(DatabaseError, match=FOREIGN):
            run(alembic_config(no_preflight=True))
    for door in upgrade.pending, upgrade.is_current:
        with pytest.raises(DatabaseError, match=FOREIGN):
            await door()


async def test_by_its_note_a_branch_of_a_newer_release_is_ours(database_at_head: Database) -> None:
    await database_at_head.execute(
        f"INSERT INTO {VERSION_TABLE} VALUES ('of_tomorrow')",
        f"INSERT INTO {NOTED[1]} (version_num, service) VALUES ('of_tomorrow', '{service.SLUG}')",
    )
    assert await upgrade.is_current()
    await database_at_head.execute(f"UPDATE {NOTED[1]} SET service = 'somebody'")
    await told_everywhere()


async def test_without_notes_our_tables_tell(ahead: Database) -> None:
    """A role that may make no table has migrated it."""
    await ahead.execute(f"DROP TABLE {NOTED[1]}")
    assert await upgrade.is_current()


async def test_an_older_release_goes_on_serving(ahead: Database) -> None:
    assert await upgrade.is_current()


async def test_a_downgrade_says_so_too(door: Sandbox, database: Database) -> None:
    door.by_hand("    op.execute('SELECT 1')")
    door.upgrade()
    await database.execute(f"UPDATE {VERSION_TABLE} SET version_num = 'of_tomorrow'")
    with pytest.raises(DatabaseError, match=TOLD):
        door.downgrade("-1")
