"""Catches a rebuilt table that has lost something: rows that refer to it, rules, triggers, numbers.

SQLite changes most of a table only by making it anew; these revisions are written by hand, as
Alembic's documentation shows batch mode.
"""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database, Sandbox

FAMILY = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT, boss INTEGER REFERENCES parent (id))",
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL "
    "REFERENCES parent (id) ON DELETE CASCADE)",
    "CREATE TABLE log (line TEXT)",
    "CREATE VIEW names AS SELECT name FROM parent",
    "CREATE TRIGGER told AFTER INSERT ON parent BEGIN INSERT INTO log VALUES (new.name); END",
    "CREATE TRIGGER deep AFTER INSERT ON child BEGIN UPDATE parent SET name = name; END",
    "INSERT INTO parent VALUES (1, 'a', NULL), (2, 'b', 1)",
    "INSERT INTO child VALUES (1, 1), (2, 2)",
)
TIGHTEN = """
    with op.batch_alter_table("parent") as batch_op:
        batch_op.alter_column("name", nullable=False)
"""
RICH = (
    'CREATE TABLE "odd table" (\n'
    "    id INTEGER PRIMARY KEY AUTOINCREMENT, -- numbers are never used twice\n"
    "    name TEXT COLLATE NOCASE NOT NULL DEFAULT ('it''s, (so)') CHECK (length(name) < 99),\n"
    "    [half] REAL AS (size / 2) VIRTUAL, whole TEXT GENERATED ALWAYS AS (name || '!') STORED,\n"
    "    size REAL CONSTRAINT positive CHECK (size > 0) UNIQUE ON CONFLICT IGNORE,\n"
    "    owner INTEGER REFERENCES parent (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,\n"
    "    note TEXT, CHECK (note <> ','), CONSTRAINT pair UNIQUE (name, size)\n"
    ") STRICT",
    'CREATE UNIQUE INDEX partial ON "odd table" (lower(name)) WHERE size > 1',
)


def by_hand(sandbox: Sandbox, upgrade: str, **attributes: Any) -> None:
    """Write a revision with the lines *upgrade*, and apply it."""
    script = command.revision(sandbox.config(), "by hand")
    assert script is not None
    assert not isinstance(script, list)
    path = Path(script.path)
    text = path.read_text(encoding="utf-8")
    mark = '"""Apply the change."""\n'
    text = text.replace(mark, mark + upgrade)
    text = text.replace("revision =", "from alembic import op\n\nrevision =", 1)
    path.write_text(text, encoding="utf-8")
    command.upgrade(sandbox.config(**attributes), "head")


async def test_children_triggers_and_views_stay(sandbox: Sandbox, database: Database) -> None:
    await database.execute(*FAMILY)
    before = await database.schema()
    by_hand(sandbox, TIGHTEN)
    assert await database.values("SELECT id FROM child") == [1, 2]
    await database.execute(
        "INSERT INTO parent VALUES (3, 'c', 2)", "INSERT INTO child VALUES (3, 3)"
    )
    assert await database.values("SELECT line FROM log") == ["a", "b", "c"]
    assert await database.values("SELECT name FROM names") == ["a", "b", "c"]
    after = await database.schema()
    assert [line.replace("nameTEXTNOTNULL", "nameTEXT") for line in after] == before
    await database.execute("DELETE FROM parent WHERE id = 3")
    assert await database.values("SELECT id FROM child") == [1, 2]


async def test_all_that_reflection_does_not_see_stays(sandbox: Sandbox, database: Database) -> None:
    await database.execute(
        *FAMILY,
        *RICH,
        "INSERT INTO \"odd table\" (id, name, size, note) VALUES (1, 'a', 2, 'n'), (7, 'b', 3, 'n')",
        'DELETE FROM "odd table" WHERE id = 7',
        "ANALYZE",
    )
    before = await database.schema()
    statistics = await database.values("SELECT tbl || stat FROM sqlite_stat1 ORDER BY 1")
    by_hand(
        sandbox,
        '    with op.batch_alter_table("odd table") as batch_op:\n'
        '        batch_op.alter_column("note", nullable=False, server_default="none")\n',
    )
    after = await database.schema()
    changed = "noteTEXTDEFAULT'none'NOTNULL"
    comment = ("/*numbersareneverusedtwice*/", "--numbersareneverusedtwice")
    assert [line.replace(changed, "noteTEXT").replace(*comment) for line in after] == before
    assert await database.values("SELECT tbl || stat FROM sqlite_stat1 ORDER BY 1") == statistics
    await database.execute("INSERT INTO \"odd table\" (name, size) VALUES ('c', 9)")
    assert await database.values('SELECT max(id) FROM "odd table"') == [8]


async def test_rows_keep_their_own_numbers(sandbox: Sandbox, database: Database) -> None:
    await database.execute(
        "CREATE TABLE parent (name TEXT)",
        "INSERT INTO parent VALUES ('a'), ('b'), ('c')",
        "DELETE FROM parent WHERE name = 'a'",
    )
    by_hand(sandbox, TIGHTEN)
    assert await database.values("SELECT rowid FROM parent") == [2, 3]


@pytest.mark.parametrize(
    ("upgrade", "sentence"),
    [
        (TIGHTEN, "parent.name cannot become NOT NULL: 1 rows hold NULL"),
        (
            '    op.create_unique_constraint("uq", "parent", ["boss"])\n',
            "parent cannot take the rule uq: 1 values stand in more than one row",
        ),
        (
            '    op.create_check_constraint("b", "parent", "name <> \'b\'")\n',
            "parent cannot take the rule ck_parent_b: 1 rows break it",
        ),
        ('    op.execute("DELETE FROM parent WHERE id = 2")\n', r"1 rows of child \(rowid 2\)"),
        (
            '    op.execute("CREATE TABLE pet (p REFERENCES parent (name))")\n'
            "    op.execute(\"INSERT INTO pet VALUES ('a')\")\n",
            "Foreign keys would be broken: foreign key mismatch",
        ),
        ('    op.drop_column("parent", "name")\n', "names: no such column: name"),
        ('    op.drop_column("parent", "boss_key")\n', "parent has no column boss_key"),
        (
            '    with op.batch_alter_table("parent", recreate="always") as batch_op:\n'
            '        batch_op.alter_column("name", nullable=True)\n',
            "leave recreate out",
        ),
    ],
)
async def test_a_refusal_is_one_sentence_and_changes_nothing(
    upgrade: str, sentence: str, sandbox: Sandbox, database: Database
) -> None:
    more = "INSERT INTO parent VALUES (3, NULL, 2), (4, 'd', 1)"
    await database.execute(*FAMILY, more)
    before = await database.schema()
    with pytest.raises(DatabaseError, match=sentence):
        by_hand(sandbox, upgrade, no_preflight=True)
    assert await database.schema() == before
    assert await database.values("SELECT id FROM child") == [1, 2]
    assert await database.values("SELECT id FROM parent") == [1, 2, 3, 4]


async def test_within_a_callers_transaction_a_rebuild_refuses(
    sandbox: Sandbox, database: Database
) -> None:
    await database.execute(*FAMILY)
    async with connection_to(database.url) as connection:
        await connection.execute(sa.text("SELECT 1"))
        with pytest.raises(DatabaseError, match="outside a transaction"):
            await connection.run_sync(lambda c: by_hand(sandbox, TIGHTEN, connection=c))
    assert await database.values("SELECT id FROM child") == [1, 2]


ODD = {
    "without rowid": (
        "CREATE TABLE parent (code TEXT, name TEXT, PRIMARY KEY (code DESC)) WITHOUT ROWID",
        "INSERT INTO parent VALUES ('x', 'a'), ('y', 'b')",
    ),
    "two keys on itself": (
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT REFERENCES parent (alias), "
        "alias TEXT UNIQUE, up INT REFERENCES parent ON DELETE CASCADE)",
        "INSERT INTO parent VALUES (1, 'a', 'a', 1), (2, 'a', 'b', 1)",
    ),
    "full text search of its rows": (
        "CREATE TABLE parent (name TEXT, body TEXT)",
        "CREATE VIRTUAL TABLE found USING fts5 (name, content = 'parent')",
        "CREATE TRIGGER into_found AFTER INSERT ON parent BEGIN "
        "INSERT INTO found (rowid, name) VALUES (new.rowid, new.name); END",
        "INSERT INTO parent (rowid, name) VALUES (7, 'a'), (9, 'b')",
    ),
    "written through a view": (
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE VIEW names AS SELECT id, name FROM parent",
        "CREATE TRIGGER through INSTEAD OF INSERT ON names BEGIN "
        "INSERT INTO parent VALUES (new.id, new.name); END",
        "INSERT INTO names VALUES (1, 'a'), (2, 'b')",
    ),
    "a view that was broken before": (
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE VIEW broken AS SELECT gone FROM parent",
        "INSERT INTO parent VALUES (1, 'a')",
    ),
    "its own name in a rule": (
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT, CHECK (parent.name <> ''))",
        "INSERT INTO parent VALUES (1, 'a')",
    ),
    "many rows behind a generated key": (
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT, k TEXT AS (name || id) UNIQUE)",
        "INSERT INTO parent (id, name) VALUES (1, 'a'), (2, 'b')",
    ),
}


@pytest.mark.parametrize("name", ODD)
async def test_odd_tables_stay_what_they_are(
    name: str, sandbox: Sandbox, database: Database
) -> None:
    await database.execute(*ODD[name])
    before = await database.schema()
    rows = await database.values("SELECT group_concat(quote(name)) FROM parent")
    by_hand(sandbox, TIGHTEN)
    after = await database.schema()
    assert after != before
    # A rule that names its own table says the same without.
    told = [line.replace("NOTNULL", "").replace("parent.name", "name") for line in after]
    assert told == [line.replace("parent.name", "name") for line in before]
    assert await database.values("SELECT group_concat(quote(name)) FROM parent") == rows
    if name.startswith("full"):
        found = "SELECT parent.name FROM found JOIN parent ON parent.rowid = found.rowid"
        assert await database.values(f"{found} WHERE found MATCH 'b'") == ["b"]
