"""Catches a database that counts as current although this code does not know where it stands."""

import pytest

from {{ cookiecutter.package_name }}.online.deploy import upgrade
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .planned import typed
from .support import Database, Sandbox

TOLD = "The database is at of_tomorrow, which this code does not know"


@pytest.fixture
async def ahead(database_at_head: Database) -> Database:
    """Let the database stand at a revision of nobody's."""
    await database_at_head.execute("UPDATE alembic_version SET version_num = 'of_tomorrow'")
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
    assert await ahead.values("SELECT version_num FROM alembic_version") == ["of_tomorrow"]


async def test_a_row_of_somebody_else_beside_ours(database_at_head: Database) -> None:
    await database_at_head.execute("INSERT INTO alembic_version VALUES ('of_tomorrow')")
    done = await typed("check")
    assert (done.exit_code, TOLD in done.output) == (1, True)


async def test_an_older_release_goes_on_serving(ahead: Database) -> None:
    assert await upgrade.is_current()


async def test_a_downgrade_says_so_too(door: Sandbox, database: Database) -> None:
    door.by_hand("    op.execute('SELECT 1')")
    door.upgrade()
    await database.execute("UPDATE alembic_version SET version_num = 'of_tomorrow'")
    with pytest.raises(DatabaseError, match=TOLD):
        door.downgrade("-1")
