"""Each kind of model change: written, run up, down and up again on a table with rows; clean after."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.dialects import mysql

from {{ cookiecutter.package_name }}.db.base import NAMING_CONVENTION
from {{ cookiecutter.package_name }}.online.mysql.operations.online import OnlineImpl
from {{ cookiecutter.package_name }}.online.mysql.session.scratch import scratch_database
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database, Sandbox, calls, rows

ROWS = 300
LIGHT = re.compile(r"ALGORITHM=(INSTANT|INPLACE, LOCK=NONE)$")
INT, STRING = sa.Integer, sa.String(20)


def models(*columns: Any, others: tuple[str, ...] = ("shelf",)) -> sa.MetaData:
    """Return models of ``book`` with *columns*, and of other tables."""
    made = sa.MetaData(naming_convention=NAMING_CONVENTION)
    # Said, because a model numbers no key of two columns by itself.
    sa.Table("book", made, sa.Column("id", INT, primary_key=True, autoincrement=True), *columns)
    for name in others:
        sa.Table(name, made, sa.Column("id", INT, primary_key=True))
    return made


def column(type_: Any = STRING, *args: Any, name: str = "title", **options: Any) -> sa.Column[Any]:
    """Return a column."""
    return sa.Column(name, type_, *args, **options)


@dataclass
class Case:
    """A change from *before* to *after*; the operations of the revisions it comes as."""

    before: tuple[Any, ...]
    after: tuple[Any, ...]
    expand: list[str] = field(default_factory=list)
    contract: list[str] = field(default_factory=list)
    # What fills the column before, where the change needs rows with values.
    fill: str | None = None
    others: tuple[str, ...] = ("shelf",)
    # What has gone does not come back: the way back needs a table without rows.
    lossy: bool = False


FILL = "UPDATE book SET title = CONCAT('t', id)"
NUMBERS = "UPDATE book SET title = id"
BACKFILL = {"backfill": "CONCAT('N', id)"}

CASES = {
    "nullable column": Case((), (column(),), ["add_column"]),
    "nullable column with a rule of old rows": Case(
        (), (column(info=BACKFILL),), ["add_column", "backfill"]
    ),
    "NOT NULL with a default": Case(
        (), (column(server_default="none", nullable=False),), ["add_column"]
    ),
    "NOT NULL, one constant for old rows": Case(
        (),
        (column(nullable=False, info={"backfill": "'none'"}),),
        ["add_column"],
        ["alter_column"],
    ),
    "NOT NULL, a value per row": Case(
        (),
        (column(nullable=False, info=BACKFILL),),
        ["add_column", "backfill"],
        ["backfill", "set_not_null"],
    ),
    "volatile default": Case(
        (),
        (column(sa.String(36), server_default=sa.text("(uuid())"), nullable=False),),
        ["add_column", "alter_column", "backfill"],
        ["backfill", "set_not_null"],
    ),
    "timestamp now": Case(
        (),
        (
            column(
                mysql.DATETIME(fsp=6),
                server_default=sa.text("CURRENT_TIMESTAMP(6)"),
                nullable=False,
            ),
        ),
        ["add_column"],
    ),
    "virtual generated column": Case(
        (column(INT, name="n"),),
        (column(INT, name="n"), column(INT, sa.Computed("n + 1", persisted=False))),
        ["add_column"],
    ),
    "index": Case((column(),), (column(index=True),), ["create_index"]),
    "unique index": Case(
        (column(),), (column(index=True, unique=True),), [], ["create_index"], fill=FILL
    ),
    "index changes": Case(
        (column(), column(INT, name="pages"), sa.Index("ix", "title")),
        (column(), column(INT, name="pages"), sa.Index("ix", "title", "pages")),
        [],
        ["replace_index"],
    ),
    "index with a prefix length": Case(
        (column(sa.Text),),
        (column(sa.Text), sa.Index("ix", "title", mysql_length=10)),
        ["create_index"],
    ),
    "index goes": Case((column(index=True),), (column(),), [], ["drop_index"]),
    "unique constraint": Case(
        (column(),),
        (column(), sa.UniqueConstraint("title")),
        [],
        ["create_unique_constraint"],
        fill=FILL,
    ),
    "unique constraint goes": Case(
        (column(), sa.UniqueConstraint("title")),
        (column(),),
        ["drop_index"],
        fill=FILL,
    ),
    "unique on a new column": Case(
        (),
        (column(unique=True),),
        ["add_column", "create_unique_constraint"],
    ),
    "foreign key": Case(
        (column(INT),),
        (column(INT, sa.ForeignKey("shelf.id")),),
        [],
        ["create_foreign_key"],
    ),
    "foreign key on a new column": Case(
        (),
        (column(INT, sa.ForeignKey("shelf.id", ondelete="CASCADE")),),
        ["add_column", "create_foreign_key"],
    ),
    "foreign key goes": Case(
        (column(INT, sa.ForeignKey("shelf.id"), index=True),),
        (column(INT, index=True),),
        ["drop_constraint"],
    ),
    "check goes": Case(
        (column(INT), sa.CheckConstraint("title > 0", name="positive")),
        (column(INT),),
        ["drop_constraint"],
        fill=NUMBERS,
    ),
    "nullable column goes": Case((column(),), (), [], ["drop_column"]),
    "NOT NULL column goes": Case(
        (column(nullable=False, server_default="x"),), (), [], ["drop_column"]
    ),
    "NOT NULL column without default goes": Case(
        (
            column(INT, nullable=True),
            column(INT, name="pages", nullable=False, server_default=None),
        ),
        (column(INT, nullable=True),),
        ["alter_column"],
        ["drop_column"],
        lossy=True,
    ),
    "indexed column goes": Case((column(index=True),), (), [], ["drop_index", "drop_column"]),
    "column with a foreign key goes": Case(
        (column(INT, sa.ForeignKey("shelf.id")),),
        (),
        [],
        ["drop_constraint", "drop_column"],
    ),
    "table goes": Case((), (), [], ["drop_table"], others=()),
    "existing column NOT NULL": Case(
        (column(comment="kept"),),
        (column(comment="kept", nullable=False),),
        [],
        ["set_not_null"],
        fill=FILL,
    ),
    "existing column NOT NULL, filled by rule": Case(
        (column(),),
        (column(nullable=False, info=BACKFILL),),
        [],
        ["backfill", "set_not_null"],
    ),
    "existing column nullable": Case(
        (column(nullable=False, server_default="x", comment="kept"),),
        (column(nullable=True, server_default="x", comment="kept"),),
        ["alter_column"],
    ),
    "wider varchar": Case(
        (column(sa.String(20), comment="kept"),),
        (column(sa.String(60), comment="kept"),),
        ["alter_column"],
        fill=FILL,
    ),
    "default comes": Case((column(),), (column(server_default="x"),), ["alter_column"]),
    "default changes": Case(
        (column(nullable=False, server_default="x"),),
        (column(nullable=False, server_default='it\'s 100 %: "y"'),),
        ["alter_column"],
    ),
    "index of another length": Case(
        (column(), sa.Index("i", "title", mysql_length=5)),
        (column(), sa.Index("i", "title", mysql_length=9)),
        [],
        ["replace_index"],
    ),
    "index renamed": Case(
        (column(), sa.Index("one", "title")),
        (column(), sa.Index("other", "title")),
        ["rename_index"],
    ),
    "percent in a generated column": Case(
        (column(INT, name="n"),),
        (column(INT, name="n"), column(INT, sa.Computed("n % 7", persisted=False))),
        ["add_column"],
    ),
    "default with colons and percents": Case(
        (), (column(server_default="10 %s :x \\\\:y"),), ["add_column"]
    ),
    "unique column goes": Case(
        (column(unique=True),), (), [], ["drop_index", "drop_column"], fill=FILL, lossy=True
    ),
    "default goes": Case((column(server_default="x"),), (column(),), [], ["alter_column"]),
    "default of a text goes": Case(
        (column(sa.Text, server_default=sa.text("('x')")),),
        (column(sa.Text),),
        [],
        ["alter_column"],
    ),
    "comment": Case((column(),), (column(comment="it's 100 % new"),), ["alter_column"]),
    "label of an enum added at the end": Case(
        (column(sa.Enum("a", "b", name="e")),),
        (column(sa.Enum("a", "b", "c", name="e")),),
        ["alter_column"],
    ),
    "primary key": Case(
        (column(INT, nullable=False, server_default="1"),),
        (column(INT, primary_key=True, server_default="1"),),
        [],
        ["replace_primary_key"],
    ),
    "new table": Case((), (), ["create_table"], others=("shelf", "author")),
}


@pytest.mark.parametrize("name", CASES)
async def test_change(name: str, sandbox: Sandbox, database: Database) -> None:
    """Each statement is INSTANT or INPLACE with LOCK=NONE; a check finds nothing; up is up again."""
    case = CASES[name]
    before = models(*case.before)
    after = models(*case.after, others=case.others)
    sandbox.revise(before)
    sandbox.upgrade()
    required = [c.name for c in before.tables["book"].c if not c.nullable and not c.server_default]
    if required == ["id"]:
        await database.execute(rows("book", 1, ROWS))
    else:
        await database.execute(
            "INSERT INTO book (id, pages) VALUES "
            + ", ".join(f"({n}, {n})" for n in range(1, ROWS))
        )
    if case.fill:
        await database.execute(case.fill)
    start = await database.schema()

    written = sandbox.revise(after)
    found = {script.module.phase: calls(script.module.upgrade) for script in written}
    assert found.get("expand", []) == case.expand
    assert found.get("contract", []) == case.contract
    with sent() as statements:
        sandbox.upgrade()
    end = await database.schema()
    assert end != start
    heavy = [s for s in statements if s.startswith("ALTER TABLE") and not LIGHT.search(s)]
    assert not heavy
    command.check(sandbox.config(after))
    assert sandbox.revise(after) == []

    if case.lossy:
        await database.execute("DELETE FROM book")
    sandbox.downgrade(f"-{len(written)}")
    assert await database.schema() == start
    sandbox.upgrade()
    assert await database.schema() == end
    async with scratch_database() as url:
        by_script = Database(url)
        await by_script.run_script(sandbox.sql())
        assert await by_script.schema() == end


# The same column can stand in one table only, so each test makes its own.
REFUSED: dict[str, Any] = {
    "type": lambda: ((column(INT),), (column(sa.BigInteger),), "type_change"),
    "narrower": lambda: ((column(sa.String(60)),), (column(sa.String(20)),), "type_change"),
    "check": lambda: (
        (column(INT),),
        (column(INT), sa.CheckConstraint("title > 0", name="p")),
        "check",
    ),
    "stored": lambda: (
        (column(INT, name="n"),),
        (column(INT, name="n"), column(INT, sa.Computed("n + 1", persisted=True))),
        "stored_column",
    ),
    "rename": lambda: ((column(),), (column(name="name"),), "rename"),
    "label of an enum's rule": lambda: (
        (column(sa.Enum("a", "b", name="e", native_enum=False, create_constraint=True)),),
        (column(sa.Enum("a", "b", "c", name="e", native_enum=False, create_constraint=True)),),
        "check",
    ),
    "rule in a column": lambda: (
        (column(INT),),
        (column(INT, sa.CheckConstraint("title > 0", name="p")),),
        "check",
    ),
    "expression": lambda: (
        (column(INT, name="n"), column(INT, sa.Computed("n + 1", persisted=False))),
        (column(INT, name="n"), column(INT, sa.Computed("n + 2", persisted=False))),
        r"column book.title: changed\.",
    ),
    "enum label goes": lambda: (
        (column(sa.Enum("a", "b", name="e")),),
        (column(sa.Enum("a", name="e")),),
        "type_change",
    ),
    "fulltext": lambda: (
        (column(sa.Text),),
        (column(sa.Text), sa.Index("ft", "title", mysql_prefix="FULLTEXT")),
        "index",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_refused_with_a_recipe(name: str, sandbox: Sandbox, database: Database) -> None:
    """What copies the table, or is a rename, comes with a reason and a recipe; no file is written."""
    before, after, kind = REFUSED[name]()
    sandbox.revise(models(*before))
    with pytest.raises(
        DatabaseError, match=f"(?s)No revision was written.*{kind}.*Instead: "
    ) as told:
        sandbox.revise(models(*after))
    assert len(sandbox.files()) == 1, str(told.value)


@pytest.mark.parametrize("name", ["type", "check", "enum label goes", "fulltext"])
async def test_allowed_by_the_author(name: str, sandbox: Sandbox, database: Database) -> None:
    """What the author allows runs, up and down, and stands in plain sight."""
    before, after, kind = REFUSED[name]()
    sandbox.revise(models(*before))
    sandbox.upgrade()
    await database.execute(rows("book", 1, ROWS))
    start = await database.schema()
    wanted = models(*after)
    [written] = sandbox.revise(wanted, allow=kind)
    assert calls(written.module.upgrade)[0] == "allowed"
    sandbox.upgrade()
    command.check(sandbox.config(wanted))
    sandbox.downgrade("-1")
    assert await database.schema() == start


async def test_a_heavy_change_by_hand_is_refused_on_rows(
    sandbox: Sandbox, database: Database
) -> None:
    """A statement that would copy a table with rows is refused; on an empty one it runs."""
    sandbox.revise(models(column(INT)))
    sandbox.upgrade()
    script: Any = command.revision(sandbox.config(), "by hand")
    path = Path(script.path)
    text = path.read_text(encoding="utf-8")
    change = "op.alter_column('book', 'title', type_=sa.BigInteger(), existing_type=sa.Integer())"
    text = text.replace('change."""\n', f'change."""\n    {change}\n', 1)
    text = text.replace(
        "revision =", "import sqlalchemy as sa\nfrom alembic import op\n\nrevision =", 1
    )
    path.write_text(text, encoding="utf-8")
    await database.execute(rows("book", 1, 3))
    before = await database.schema()
    with pytest.raises(
        DatabaseError, match="beside the traffic.*pt-online-schema-change or gh-ost"
    ):
        sandbox.upgrade()
    assert await database.schema() == before
    await database.execute("DELETE FROM book")
    sandbox.upgrade()


@pytest.mark.parametrize(
    ("before", "after", "fill", "told"),
    [
        (
            (column(),),
            (column(), sa.UniqueConstraint("title")),
            "UPDATE book SET title = 'hush'",
            "alike",
        ),
        ((column(INT),), (column(INT, sa.ForeignKey("shelf.id")),), NUMBERS, "300 rows refer"),
        (
            (column(),),
            (column(nullable=False),),
            "UPDATE book SET title = NULL",
            "300 rows hold NULL",
        ),
    ],
    ids=["unique", "foreign key", "not null"],
)
async def test_rows_in_the_way_are_told_in_one_sentence(
    before: Any, after: Any, fill: str, told: str, sandbox: Sandbox, database: Database
) -> None:
    """Nothing is changed, no value is told, and the same command works later."""
    sandbox.revise(models(*before))
    sandbox.upgrade()
    await database.execute(rows("book", 1, ROWS), fill)
    start = await database.schema()
    wanted = models(*after)
    sandbox.revise(wanted)
    with pytest.raises(DatabaseError, match=told) as refusal:
        sandbox.upgrade()
    assert "hush" not in str(refusal.value)
    assert await database.schema() == start
    await database.execute("DELETE FROM book")
    sandbox.upgrade()
    command.check(sandbox.config(wanted))


@contextmanager
def sent() -> Iterator[list[str]]:
    """Collect the statements that migrations send."""
    found: list[str] = []
    send = OnlineImpl.send_plainly

    def noting(self: OnlineImpl, statement: str) -> None:
        send(self, statement)
        found.append(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OnlineImpl, "send_plainly", noting)
        yield found
