"""Catches a reason that a plan misses, one that is none, and a look that changes something."""

import json
import re
from pathlib import Path

import pytest

from {{ cookiecutter.package_name }}.online.database import catalog
from {{ cookiecutter.package_name }}.online.deploy.plan import asked
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .planned import ROWS, make, notes, reasons, sentences, typed
from .support import VERSION_TABLE, Database, Sandbox

# What a revision does, and what is told of it where ROWS are there.
OF_ROWS = {
    "set_not_null": (
        'op.set_not_null("book", "pages")',
        "book.pages cannot become NOT NULL: 1 rows hold NULL",
    ),
    "alter_column": (
        'op.alter_column("book", "pages", existing_type=sa.Integer(), nullable=False)',
        "book.pages cannot become NOT NULL: 1 rows hold NULL",
    ),
    "unique": (
        'op.create_unique_constraint("one", "book", ["title"])',
        "book cannot be unique by one: 2 rows are alike in title",
    ),
    "unique index": (
        'op.create_index("one", "book", ["title"], unique=True)',
        "book cannot be unique by one: 2 rows are alike in title",
    ),
    "unique expression": (
        'op.create_index("one", "book", [sa.text("(lower(title))")], unique=True)',
        "book cannot be unique by one: 2 rows are alike in ",
    ),
    "check": (
        'op.create_check_constraint("many", "book", "pages > 1")',
        "book cannot take the check ck_book_many: 1 rows break it",
    ),
    "foreign key": (
        'op.create_foreign_key("there", "book", "shelf", ["pages"], ["id"])',
        "book cannot take the foreign key there: 1 rows refer to rows of shelf that do not exist",
    ),
    "primary key": (
        'op.create_primary_key("key", "loose", ["n"])',
        "loose.n cannot become NOT NULL: 1 rows hold NULL",
    ),
    "backfill without a value": (
        'op.backfill("book", "title", value=...)',
        "book has 3 rows, and nobody has said which value book.title gets in them",
    ),
}
OF_OBJECTS = {
    "wrong value": (
        'op.backfill("book", "title", value="eur")',
        "The value of book.title cannot be read: .*eur",
    ),
    "wrong value of a new column": (
        'op.add_column("book", sa.Column("c", sa.String(9)))\n    '
        'op.backfill("book", "c", value="lower(eur)")',
        "The value of book.c cannot be read: .*eur",
    ),
    "no key to walk along": (
        'op.backfill("loose", "n", value="1")',
        "loose has no primary key to walk along: fill n by a statement of your own",
    ),
    "table there": (
        'op.create_table("book", sa.Column("other", sa.Integer))',
        "The table book is there already",
    ),
    "no table": ('op.add_column("no", sa.Column("n", sa.Integer))', "There is no table no"),
    "no column": ('op.set_not_null("book", "no")', "There is no column book.no"),
    "no column of a key": (
        'op.create_foreign_key("there", "book", "shelf", ["no"], ["id"])',
        "There is no column book.no",
    ),
    "no table of a key": (
        'op.create_foreign_key("there", "book", "nowhere", ["pages"], ["id"])',
        "There is no table nowhere",
    ),
    "no column of a check": (
        'op.create_check_constraint("many", "book", "no_such > 1")',
        "The database does not take the check ck_book_many of book: .*no_such",
    ),
}
if not catalog.FILLS_NEW_COLUMNS:
    OF_ROWS["new column"] = (
        'op.add_column("book", sa.Column("n", sa.Integer, nullable=False))',
        "book has 3 rows, for which book.n has no value: it is NOT NULL",
    )
if not catalog.LOOKS_FIRST:
    OF_OBJECTS["column there"] = (
        'op.add_column("book", sa.Column("title", sa.Text))',
        "The column book.title is there already",
    )
CASES = OF_ROWS | OF_OBJECTS


@pytest.mark.parametrize("name", CASES)
async def test_a_reason_is_told_before_anything_runs(
    name: str, door: Sandbox, database: Database
) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    lines, told = CASES[name]
    script = door.by_hand(f'    op.add_column("book", sa.Column("zz", sa.Integer))\n    {lines}')
    before = await database.schema()
    stamp = await database.values(f"SELECT version_num FROM {VERSION_TABLE}")
    found = (await asked.plan()).all_hindrances[0]
    assert re.match(told, found[2].told)
    text = Path(script.path).read_text(encoding="utf-8").splitlines()
    assert found[1] is not None
    assert found[1].line == text.index(f"    {lines}".splitlines()[-1]) + 1
    with pytest.raises(DatabaseError, match=f"not started, and nothing was changed.*\n.*{told}"):
        door.upgrade()
    assert await database.schema() == before
    assert await database.values(f"SELECT version_num FROM {VERSION_TABLE}") == stamp


@pytest.mark.parametrize("name", OF_ROWS)
async def test_without_such_rows_there_is_no_reason(
    name: str, door: Sandbox, database: Database
) -> None:
    await make(door, database)
    door.by_hand(f"    {OF_ROWS[name][0]}")
    assert await reasons() == []


@pytest.mark.parametrize("name", OF_ROWS)
async def test_the_query_finds_the_rows_and_shows_keys_alone(
    name: str, door: Sandbox, database: Database
) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand(f"    {OF_ROWS[name][0]}")
    plan = await asked.plan()
    for _, _, hindrance in plan.all_hindrances:
        assert hindrance.query is not None
        assert len(await database.values(hindrance.query)) == hindrance.rows
        assert all(re.fullmatch(r"id \d", one) for one in hindrance.examples)
        assert bool(hindrance.examples) == (hindrance.table == "book")
    assert "secret" not in json.dumps(plan.as_json())


async def test_all_reasons_at_once_and_an_exit_code(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand("\n".join(f"    {OF_ROWS[name][0]}" for name in ("set_not_null", "unique")))
    door.by_hand(f"    {OF_ROWS['check'][0]}")
    text = await typed("plan")
    assert text.exit_code == 3
    assert "3 reasons why this would not end:" in text.output
    assert "book: about 3 rows" in text.output
    assert "find them: SELECT id FROM book WHERE" in text.output
    as_json = await typed("plan", "--json")
    assert as_json.exit_code == 3
    found = json.loads(as_json.output)
    steps = [step for one in found["revisions"] for step in one["steps"]]
    assert found["hindered"] is True
    assert [len(step["hindrances"]) for step in steps] == [1, 1, 1]
    assert all(step["lock"] and step["rows"] == 3 for step in steps)


async def test_nothing_in_the_way(door: Sandbox, database: Database) -> None:
    await make(door, database)
    done = await typed("plan")
    assert (done.exit_code, done.output) == (0, "nothing to apply\n")
    door.by_hand('    op.add_column("book", sa.Column("n", sa.Integer))')
    one = await typed("plan")
    assert one.exit_code == 0
    assert "1. add_column book.n" in one.output
    assert one.output.endswith("nothing in the way\n")
    assert await database.values(f"SELECT count(*) FROM {VERSION_TABLE}") == [1]


async def test_an_empty_database_stays_empty(door: Sandbox, database: Database) -> None:
    door.by_hand('    op.create_table("book", sa.Column("n", sa.Integer))')
    assert await reasons() == []
    assert await database.schema() == []
    with pytest.raises(Exception, match=VERSION_TABLE.rpartition(".")[2]):
        await database.values(f"SELECT * FROM {VERSION_TABLE}")


async def test_a_phase_alone(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand('    op.add_column("book", sa.Column("n", sa.Integer))')
    last = door.by_hand('    op.set_not_null("book", "pages")', phase="contract")
    assert sentences(await asked.plan(phase="expand")) == []
    [told] = sentences(await asked.plan(phase="contract"))
    assert "run db upgrade --phase expand" in told
    assert len(sentences(await asked.plan(last.revision))) == 1
    assert len(sentences(await asked.plan("no_such_revision"))) == 1


@pytest.mark.parametrize(
    "lines",
    [
        'op.execute("UPDATE book SET pages = 1 WHERE pages IS NULL")',
        'op.backfill("book", "pages", value="1")',
    ],
)
async def test_what_a_step_before_may_mend_is_no_reason(
    lines: str, door: Sandbox, database: Database
) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand(f'    {lines}\n    op.set_not_null("book", "pages")')
    plan = await asked.plan()
    assert sentences(plan) == []
    assert "known only after" in notes(plan)[-1]
    door.upgrade()


async def test_new_tables_and_columns_are_no_reason(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand(
        '    op.create_table("pet", sa.Column("id", sa.Integer, primary_key=True))\n'
        '    op.create_index("one", "pet", ["id"], unique=True)\n'
        '    op.add_column("book", sa.Column("pet", sa.Integer))\n'
        '    op.create_foreign_key("of_pet", "book", "pet", ["pet"], ["id"])\n'
        '    op.create_index("two", "book", ["pet"], unique=True)\n'
        '    op.alter_column("book", "pages", new_column_name="sheets", existing_type=sa.Integer())\n'
        '    op.drop_table("loose")\n'
        '    op.create_table("loose", sa.Column("id", sa.Integer, primary_key=True))\n'
    )
    assert await reasons() == []
    door.upgrade()


async def test_a_revision_that_asks_the_database_is_known_so_far(
    door: Sandbox, database: Database
) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand(
        '    op.set_not_null("book", "pages")\n'
        "    assert op.get_bind().dialect.name == op.get_bind().engine.dialect.name\n"
        '    op.get_bind().execute(sa.text("SELECT 1"))\n'
    )
    plan = await asked.plan()
    assert len(sentences(plan)) == 1
    assert "cannot be followed to its end: it calls execute on its connection" in notes(plan)[-1]


async def test_without_the_look(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand('    op.set_not_null("book", "pages")')
    refused = await typed("upgrade")
    assert refused.exit_code == 1
    assert "The upgrade was not started, and nothing was changed. 1 reason" in refused.output
    tried = await typed("upgrade", "--no-preflight")
    assert tried.exit_code == 1
    assert tried.output.startswith("error: book.pages cannot become NOT NULL: 1 rows hold NULL")
