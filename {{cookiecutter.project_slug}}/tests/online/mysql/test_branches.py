"""Branches that two developers wrote, their merge, and what is pending then; filters and one-way."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online.deploy import upgrade
from {{ cookiecutter.package_name }}.online.session import scripts as config
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database, Sandbox, book, calls, rows

TITLE = sa.Column("title", sa.String(20), nullable=False, info={"backfill": "CONCAT('N', id)"})
PAGES = sa.Column("pages", sa.Integer)


@pytest.fixture
def branches(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Write a base, and on it one branch with two phases and one with an index."""
    for module in (config, upgrade):
        monkeypatch.setattr(module, "alembic_config", sandbox.config)
    [base] = sandbox.revise(book(), "base")
    ours = sandbox.revise(book(TITLE._copy()), "title")
    aside = {Path(script.path): Path(script.path).read_text("utf-8") for script in ours}
    for path in aside:
        path.unlink()
    theirs = sandbox.revise(book(PAGES._copy(), sa.Index("ix_pages", "pages")), "pages")
    for path, text in aside.items():
        path.write_text(text, encoding="utf-8")
    return [script.revision for script in (base, *ours, *theirs)]


async def test_two_branches_are_merged_and_applied(
    branches: list[str], sandbox: Sandbox, database: Database
) -> None:
    """Heads are two, then one; rows are filled; the way back leads to the base."""
    base, expand, contract, pages = branches
    sandbox.upgrade(base)
    await database.execute(rows("book", 1, 500))
    start = await database.schema()
    assert {s.revision for s in await upgrade.pending()} == {expand, contract, pages}
    sandbox.upgrade(pages)
    assert {s.revision for s in await upgrade.pending()} == {expand, contract}
    merge: Any = command.merge(sandbox.config(), "heads", message="both")
    applied = await upgrade.upgrade()
    assert [s.revision for s in applied] == [expand, contract, merge.revision]
    assert await upgrade.is_current()
    assert await database.values("SELECT COUNT(*) FROM book WHERE title = CONCAT('N', id)") == [500]
    wanted = book(TITLE._copy(), PAGES._copy(), sa.Index("ix_pages", "pages"))
    command.check(sandbox.config(wanted))
    assert sandbox.revise(wanted) == []
    sandbox.downgrade(base)
    assert await database.schema() == start


async def test_phases_across_branches(
    branches: list[str], sandbox: Sandbox, database: Database
) -> None:
    """The expand phase applies the expands of both branches, the contract the rest."""
    base, expand, contract, pages = branches
    done = await upgrade.upgrade(phase="expand")
    assert {s.revision for s in done} == {base, expand, pages}
    done = await upgrade.upgrade(phase="contract")
    assert [s.revision for s in done] == [contract]


async def test_tools_that_copy_tables_are_strangers(sandbox: Sandbox, database: Database) -> None:
    """What pt-online-schema-change and gh-ost put beside ours is neither read nor dropped."""
    sandbox.revise(book())
    sandbox.upgrade()
    await database.execute(
        "CREATE TABLE _book_new LIKE book",
        "CREATE TABLE _book_gho LIKE book",
        "CREATE TABLE _book_ghc (id INT PRIMARY KEY)",
    )
    command.check(sandbox.config(book()))


async def test_one_way_refuses_the_way_back(sandbox: Sandbox, database: Database) -> None:
    """Nothing is changed by a downgrade that there is none of."""
    sandbox.revise(book())
    [script] = sandbox.revise(book(PAGES._copy()), one_way=True)
    assert calls(script.module.downgrade) == ["refuse_downgrade"]
    sandbox.upgrade()
    before = await database.schema()
    with pytest.raises(DatabaseError, match="no downgrade"):
        sandbox.downgrade("-1")
    assert await database.schema() == before


def test_a_schema_is_refused(sandbox: Sandbox) -> None:
    """A schema is a database, and a service owns one."""
    with pytest.raises(DatabaseError, match="archive_book"):
        sandbox.revise(book(schema="archive"))
