"""Catches reasons that PostgreSQL alone has: rights, hidden rows, views, extensions, locks."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.online.deploy.applied import read
from {{ cookiecutter.package_name }}.online.deploy.plan import asked
from {{ cookiecutter.package_name }}.online.session.connect import connection_to

from ..planned import ROWS, make, notes, reasons, sentences, typed
from ..support import NOTED, VERSION_TABLE, Database, Sandbox

SLOW = 'op.create_check_constraint("slow", "book", "pg_sleep(20) IS NOT NULL")'


@pytest.fixture
async def role(
    door: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[str]:
    """Let another role than the tables' owner migrate; return its name."""
    await make(door, database)
    await database.execute(*ROWS)
    name = f"migrator_{database.url.database}"[:60]
    await database.execute(f"CREATE ROLE \"{name}\" LOGIN PASSWORD 'secret'")
    await database.execute(f'GRANT ALL ON {VERSION_TABLE} TO "{name}"')
    url = database.url.set(username=name, password="secret")
    monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
    yield name
    await database.execute(f'DROP OWNED BY "{name}"', f'DROP ROLE "{name}"')


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('op.add_column("book", sa.Column("n", sa.Integer))', "The role {role} does not own book"),
        (
            'op.backfill("book", "title", value="title")',
            "The role {role} may not read and update the rows of book",
        ),
        (
            'op.create_table("pet", sa.Column("n", sa.Integer))',
            "The role {role} may not create anything in the schema public",
        ),
        (
            'op.create_foreign_key("k", "own", "shelf", ["n"], ["id"])',
            "The role {role} may not make a foreign key to shelf",
        ),
        ('op.create_extension("plperl")', "extension plperl"),
    ],
)
async def test_a_right_that_lacks(
    lines: str, told: str, role: str, door: Sandbox, database: Database
) -> None:
    await database.execute(
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "CREATE TABLE own (n integer)",
        f'ALTER TABLE own OWNER TO "{role}"',
    )
    door.by_hand(f"    {lines}")
    [found] = await reasons()
    assert told.format(role=role) in found


async def test_a_right_is_told_once(role: str, door: Sandbox) -> None:
    lines = [f'    op.add_column("book", sa.Column("{name}", sa.Integer))' for name in "abc"]
    door.by_hand("\n".join(lines))
    assert len(await reasons()) == 1


async def test_rows_that_are_hidden(role: str, door: Sandbox, database: Database) -> None:
    await database.execute(
        f'ALTER TABLE book OWNER TO "{role}"',
        "ALTER TABLE book ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY few ON book USING (id = 1)",
    )
    door.by_hand('    op.backfill("book", "pages", value="1")')
    assert await reasons() == []  # Its owner sees them all.
    await database.execute("ALTER TABLE book FORCE ROW LEVEL SECURITY")
    [told] = await reasons()
    assert "The backfill would pass over rows. Row level security hides rows of book" in told
    door.by_hand('    op.create_check_constraint("c", "book", "pages > 0")')
    assert any("Not all rows were seen" in note for note in notes(await asked.plan()))


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            'op.alter_column("book", "title", type_=sa.Text())',
            "book.title cannot change its type while the view titles rests on it",
        ),
        ('op.drop_column("book", "title")', "book.title cannot go while the view titles"),
        ('op.drop_table("book")', "book cannot go while the view titles rests on it"),
    ],
)
async def test_a_view_in_the_way(lines: str, told: str, door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute("CREATE VIEW titles AS SELECT title FROM book")
    script = door.by_hand(f"    {lines}")
    [found] = await reasons()
    assert told in found
    Path(script.path).unlink()
    door.by_hand(f'    op.execute("DROP VIEW titles")\n    {lines}')
    assert await reasons() == []
    door.upgrade()


async def test_another_column_is_not_in_the_way(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute("CREATE VIEW titles AS SELECT title FROM book")
    door.by_hand('    op.drop_column("book", "pages")')
    assert await reasons() == []


async def test_an_extension_that_the_server_lacks(door: Sandbox, database: Database) -> None:
    door.by_hand('    op.create_extension("no_such_extension")')
    [told] = await reasons()
    assert told.startswith("The server has no extension no_such_extension: install its package")


async def test_text_that_gets_too_long(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand('    op.alter_column("book", "title", type_=sa.String(3))')
    [told] = await reasons()
    assert told == "book.title cannot become shorter: 2 rows have more than 3 characters"


async def test_a_rule_that_was_never_validated(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(
        *ROWS,
        "ALTER TABLE book ADD CONSTRAINT many CHECK (pages > 1) NOT VALID",
        "ALTER TABLE book ADD CONSTRAINT there FOREIGN KEY (pages) REFERENCES shelf NOT VALID",
    )
    door.by_hand(
        '    op.validate_constraint("many", "book")\n    op.validate_constraint("there", "book")'
    )
    assert await reasons() == [
        "book cannot take the check many: 1 rows break it",
        "book cannot take the foreign key there: 1 rows refer to rows of shelf that do not exist",
    ]


async def test_a_long_look_is_given_up(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand(f"    {SLOW}")
    began = time.monotonic()
    done = await typed("plan", "--seconds", "0.2")
    assert time.monotonic() - began < 10
    assert done.exit_code == 0
    assert "note: Rows of book that break it could not be counted in 0.2 s" in done.output


async def test_it_waits_for_nobody_and_stops_nobody(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand(f"    {SLOW}")
    planning = asyncio.create_task(asked.plan(seconds=4))
    async with connection_to(database.url) as other:
        while not await database.values(
            "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' "
            "AND state = 'active' AND pid <> pg_backend_pid()"
        ):
            await asyncio.sleep(0.05)
        began = time.monotonic()
        await other.execute(sa.text("UPDATE book SET pages = 5"))
        await other.commit()
        assert time.monotonic() - began < 1
        locks = await database.values(
            "SELECT DISTINCT mode FROM pg_locks JOIN pg_class ON relation = pg_class.oid "
            "WHERE relname = 'book' AND pg_locks.pid <> pg_backend_pid()"
        )
        assert locks == ["AccessShareLock"]
    assert sentences(await planning) == []


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ('"one", "book", ["title"], unique=True, postgresql_where=sa.text("pages > 1")', 0),
        (
            '"one", "book", ["title"], unique=True, postgresql_where=sa.text("pages IS NULL OR id = 1")',
            1,
        ),
        ('"one", "book", ["pages"], unique=True', 0),
        ('"one", "book", ["pages"], unique=True, postgresql_nulls_not_distinct=True', 1),
        ('"one", "book", ["pages"], postgresql_include=["title"], unique=True', 0),
        ('"one", "book", ["title"], unique=False', 0),
    ],
)
@pytest.mark.parametrize("call", ["create_index", "create_index_concurrently"])
async def test_a_unique_index(
    call: str, lines: str, count: int, door: Sandbox, database: Database
) -> None:
    await make(door, database)
    await database.execute(*ROWS, "INSERT INTO book (id, title) VALUES (4, 'd')")
    door.by_hand(f"    op.{call}({lines})")
    assert len(await reasons()) == count


async def test_a_table_in_a_schema(door: Sandbox, database: Database) -> None:
    await database.execute(
        "CREATE SCHEMA archive",
        "CREATE TABLE archive.shelf (id integer PRIMARY KEY)",
        "CREATE TABLE archive.box (id integer PRIMARY KEY, shelf integer)",
        "INSERT INTO archive.box VALUES (1, 2), (2, NULL)",
    )
    place = 'schema="archive"'
    door.by_hand(
        f'    op.set_not_null("box", "shelf", {place})\n'
        f'    op.backfill("box", "shelf", value="id + no_such", {place})\n'
        '    op.create_foreign_key("k", "box", "shelf", ["shelf"], ["id"], '
        'source_schema="archive", referent_schema="archive")\n'
    )
    found = await reasons()
    assert found[0].startswith("box.shelf cannot become NOT NULL: 1 rows hold NULL")
    assert found[1].startswith("The value of box.shelf cannot be read: ")
    assert len(found) == 2


async def test_a_role_that_may_make_no_table(
    door: Sandbox, database: Database, role: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Its upgrade goes on; one sentence says what is not kept, and how to be rid of the sentence."""
    await database.execute(f"DROP TABLE {NOTED[1]}")
    written = door.by_hand("    op.execute('SELECT 1')\n")
    done = await typed("upgrade")
    assert (done.exit_code, "1 revision applied" in done.output) == (0, True)
    assert await database.values(f"SELECT version_num FROM {VERSION_TABLE}") == [written.revision]
    [told] = [r.getMessage() for r in caplog.records if "Not noted" in r.getMessage()]
    assert f"The role {role} may not create" in told
    assert "MIGRATIONS_CHECKSUMS=false" in told
    async with connection_to(database.url) as connection:
        assert await connection.run_sync(read) == {}


async def test_a_role_that_may_not_read_what_was_applied(role: str) -> None:
    done = await typed("check")
    assert (done.exit_code, "the database is current" in done.output) == (0, True)
    assert f"{NOTED[1]} cannot be read: permission denied" in done.output
