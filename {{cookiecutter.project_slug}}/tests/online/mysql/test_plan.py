"""Catches reasons that MySQL alone has, and a revision that was cut off and may go on."""

import secrets
import time
from collections.abc import AsyncIterator

import pytest

from {{ cookiecutter.package_name }}.online.deploy.plan import asked

from ..planned import ROWS, make, notes, reasons, sentences
from ..support import Database, Sandbox


@pytest.fixture
async def user(
    door: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[str]:
    """Let a user migrate who may do nothing but read; return its name as SQL."""
    await make(door, database)
    await database.execute(*ROWS)
    name = f"m_{secrets.token_hex(6)}"
    account = f"'{name}'@'localhost'"
    await database.execute(
        f"CREATE USER {account} IDENTIFIED BY 'secret'",
        f"GRANT SELECT ON `{database.url.database}`.* TO {account}",
    )
    url = database.url.set(username=name, password="secret")
    monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
    yield account
    await database.execute(f"DROP USER {account}")


@pytest.mark.parametrize(
    ("lines", "right", "table"),
    [
        ('op.add_column("book", sa.Column("n", sa.Integer))', "ALTER", "book"),
        ('op.backfill("book", "title", value="title")', "UPDATE", "book"),
        ('op.create_table("pet", sa.Column("n", sa.Integer))', "CREATE", "pet"),
    ],
)
async def test_a_right_that_lacks(
    lines: str, right: str, table: str, user: str, door: Sandbox, database: Database
) -> None:
    door.by_hand(f"    {lines}")
    [told] = await reasons()
    assert f"lacks the right {right} on {table}: GRANT {right} ON {database.url.database}" in told
    await database.execute(f"GRANT {right} ON `{database.url.database}`.* TO {user}")
    assert await reasons() == []


async def test_a_user_with_all_rights(user: str, door: Sandbox, database: Database) -> None:
    door.by_hand('    op.add_column("book", sa.Column("n", sa.Integer))')
    pattern = str(database.url.database).replace("_", "\\_")
    await database.execute(f"GRANT ALL PRIVILEGES ON `{pattern}`.* TO {user}")
    assert await reasons() == []


async def test_what_a_run_before_has_done_is_no_reason(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute("CREATE TABLE pet (n INTEGER)", "ALTER TABLE book ADD COLUMN n INTEGER")
    door.by_hand(
        '    op.create_table("pet", sa.Column("n", sa.Integer))\n'
        '    op.add_column("book", sa.Column("n", sa.Integer))\n'
        '    op.drop_column("book", "gone_already")\n'
    )
    assert await reasons() == []
    door.upgrade()


async def test_a_prefix_is_what_must_be_unique(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute("INSERT INTO book (id, title) VALUES (1, 'abcd'), (2, 'abxy')")
    door.by_hand(
        '    op.create_index("one", "book", ["title"], unique=True, mysql_length={"title": 2})\n'
        '    op.create_index("two", "book", ["title"], unique=True, mysql_length={"title": 3})'
    )
    assert await reasons() == ["book cannot be unique by one: 2 rows are alike in title"]


async def test_a_long_look_is_given_up(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand(
        '    op.create_check_constraint("slow", "book", "BENCHMARK(2000000000, MD5(pages)) = 0")'
    )
    began = time.monotonic()
    plan = await asked.plan(seconds=0.3)
    assert time.monotonic() - began < 10
    assert sentences(plan) == []
    assert "Rows of book that break it could not be counted in 0.3 s" in notes(plan)
