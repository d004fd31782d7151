"""Catches a session that a step would wait for and a plan does not tell of, or what it must not tell."""

import pytest
import sqlalchemy as sa
from alembic.operations import ops

from {{ cookiecutter.package_name }}.online.deploy.plan import asked
from {{ cookiecutter.package_name }}.online.mysql.deploy import around
from {{ cookiecutter.package_name }}.online.mysql.deploy.costs import footprint_on
from {{ cookiecutter.package_name }}.online.mysql.session.blockers import KNOWS_HOLDERS
from {{ cookiecutter.package_name }}.online.session.connect import connection_to

from ..planned import ROWS, make, sentences, typed
from ..support import Database, Sandbox

ADD = 'op.add_column("book", sa.Column("n", sa.Integer))'
WRITES = "UPDATE book SET title = 'secret' WHERE id = 2"


async def test_who_would_make_a_step_wait(door: Sandbox, database: Database) -> None:
    await make(door, database)
    await database.execute(*ROWS)
    door.by_hand(f"    {ADD}")
    async with connection_to(database.url) as other:
        await other.execute(sa.text(WRITES))
        session = await other.scalar(sa.text("SELECT CONNECTION_ID()"))
        surely = bool((await other.execute(KNOWS_HOLDERS)).all())
        [revision] = (await asked.plan()).revisions
        said = (await typed("plan")).output
    found = {holder.id: holder for holder in revision.steps[0].holders}
    assert found[session].surely == surely
    assert found[session].seconds is not None
    assert f"would wait for {session} (user " in said
    assert ("if it has this table locked" in said) == (not surely)
    assert "secret" not in said


async def test_whoever_has_ended_is_not_told(door: Sandbox, database: Database) -> None:
    await make(door, database)
    door.by_hand(f"    {ADD}")
    async with connection_to(database.url) as other:
        session = await other.scalar(sa.text("SELECT CONNECTION_ID()"))
        [revision] = (await asked.plan()).revisions
    assert session not in [holder.id for holder in revision.steps[0].holders]


async def test_without_the_right_to_see_others(
    door: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make(door, database)
    name = f"seer_{database.url.database}"[-30:]
    account = f"'{name}'@'localhost'"
    await database.execute(
        f"CREATE USER {account} IDENTIFIED BY 'secret'",
        f"GRANT ALL PRIVILEGES ON `{database.url.database}`.* TO {account}",
    )
    try:
        door.by_hand(f"    {ADD}")
        url = database.url.set(username=name, password="secret")
        monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
        plan = await asked.plan()
    finally:
        await database.execute(f"DROP USER {account}")
    assert sentences(plan) == []
    assert plan.around.replicas == []
    assert any("Replicas are not shown" in note for note in plan.around.notes)


@pytest.mark.parametrize(
    ("listed", "status", "name", "told"),
    [
        # Of MySQL, and of MariaDB 10.11.
        (
            {"Server_Id": 2, "Host": "other", "Replica_UUID": "u"},
            {"Source_Host": "first", "Seconds_Behind_Source": 3},
            "server 2 other",
            "This server is itself a replica of first, 3 s behind",
        ),
        (
            {"Server_id": 2, "Host": ""},
            {"Master_Host": "first", "Seconds_Behind_Master": None},
            "server 2",
            "This server is itself a replica of first, an unknown time behind",
        ),
    ],
)
async def test_replicas(
    listed: dict[str, object],
    status: dict[str, object],
    name: str,
    told: str,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = {around._LISTS: [listed], around._STATES: [status]}
    monkeypatch.setattr(around, "_first", lambda _, queries: rows[queries])
    async with connection_to(database.url, autocommit=True) as connection:
        found = await connection.run_sync(around.surroundings)
    assert [replica.name for replica in found.replicas] == [name]
    assert found.notes == [around._ON_THEM, told]


@pytest.mark.parametrize(
    ("line", "work"),
    [
        (ADD, "none of the rows"),
        (
            'op.add_column("book", sa.Column("n", sa.Integer, sa.Computed("id", persisted=True)))',
            "writes the table anew",
        ),
        ('op.alter_column("book", "title", type_=sa.String(101), existing_nullable=True)', None),
        ('op.alter_column("book", "pages", type_=sa.BigInteger())', "writes the table anew"),
        ('op.set_not_null("book", "title")', "writes the table anew"),
        (
            'op.create_unique_constraint("u", "book", ["title"])',
            "reads the rows and writes an index",
        ),
        (
            'op.create_foreign_key("k", "book", "shelf", ["pages"], ["id"])',
            "reads the rows",
        ),
    ],
)
async def test_what_is_done_with_the_rows(
    line: str, work: str | None, door: Sandbox, database: Database
) -> None:
    await make(door, database)
    door.by_hand(f"    {line}")
    [step] = (await asked.plan()).revisions[0].steps
    assert step.work == (work or "none of the rows")


async def test_the_length_of_the_length(database: Database) -> None:
    """A column of 63 characters of four bytes keeps its length in one byte, one of 64 in two."""
    columns = {"c": {"type": sa.String(63)}}
    async with connection_to(database.url) as connection:
        for length, expected in ((63, "NOTHING"), (64, "COPY")):
            change = ops.AlterColumnOp("t", "c", modify_type=sa.String(length))
            footprint = await connection.run_sync(footprint_on, change, columns)
            assert footprint is not None
            assert footprint.work_on_rows.name == expected
