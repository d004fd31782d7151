"""What MySQL has and MariaDB has not: skipped on MariaDB, run where SCRATCH_DATABASE_URL is a MySQL."""

import logging
from typing import Any

import pytest
import sqlalchemy as sa

from ..support import Database, Sandbox, book, calls

LOWER = "SELECT expression FROM information_schema.statistics WHERE index_name = 'ix_lower'"
ENFORCED = (
    "SELECT enforced FROM information_schema.table_constraints "
    "WHERE table_schema = DATABASE() AND constraint_name = 'ck_book_positive'"
)


@pytest.fixture(autouse=True)
async def on_mysql(database: Database) -> None:
    """Skip where the server is a MariaDB."""
    if "MariaDB" in (await database.values("SELECT version()"))[0]:
        pytest.skip("this server is a MariaDB")


async def test_an_index_on_an_expression_comes_back(sandbox: Sandbox, database: Database) -> None:
    """SQLAlchemy does not reflect it, so that a downgrade would have lost it."""
    expression = sa.text(r"(concat(lower(title), ' % it''s \:x'))")
    before = book(sa.Column("title", sa.String(20)), sa.Index("ix_lower", expression))
    sandbox.revise_first(before)
    sandbox.upgrade()
    there = await database.schema()
    [written] = sandbox.revise(book(sa.Column("title", sa.String(20))))
    assert calls(written.module.upgrade) == ["drop_index"]
    sandbox.upgrade()
    assert await database.values(LOWER) == []
    sandbox.downgrade("-1")
    assert await database.schema() == there


async def test_the_parser_of_words_is_a_difference(sandbox: Sandbox) -> None:
    """It stands in SHOW CREATE TABLE alone, and the way back has the old one."""

    def words(**options: Any) -> sa.MetaData:
        index = sa.Index("ix", "title", mysql_prefix="FULLTEXT", **options)
        return book(sa.Column("title", sa.Text), index, info={"allow": "index"})

    sandbox.revise_first(words(mysql_with_parser="ngram"))
    [written] = sandbox.revise(words())
    assert calls(written.module.upgrade) == ["allowed", "replace_index"]


async def _rule(sandbox: Sandbox) -> None:
    sandbox.revise_first(_positive())
    sandbox.by_hand('    op.execute("ALTER TABLE book ALTER CHECK ck_book_positive NOT ENFORCED")')
    sandbox.upgrade()


def _positive() -> sa.MetaData:
    rule = sa.CheckConstraint("pages > 0", name="positive")
    return book(sa.Column("pages", sa.Integer), rule)


async def test_a_rule_that_is_not_enforced_is_a_difference(
    sandbox: Sandbox, database: Database
) -> None:
    """It is enforced where the author allows that, and not enforced again after a downgrade."""
    await _rule(sandbox)
    with pytest.raises(Exception, match="book.ck_book_positive: check"):
        sandbox.revise(_positive())
    models = _positive()
    models.tables["book"].info["allow"] = "check"
    [written] = sandbox.revise(models)
    assert calls(written.module.upgrade) == ["allowed", "enforce_check"]
    sandbox.upgrade()
    assert await database.values(ENFORCED) == ["YES"]
    sandbox.downgrade("-1")
    assert await database.values(ENFORCED) == ["NO"]


@pytest.mark.parametrize("table_stays", [True, False])
async def test_a_rule_that_is_not_enforced_comes_back_so(
    table_stays: bool, sandbox: Sandbox, database: Database
) -> None:
    """With its table too."""
    await _rule(sandbox)
    there = await database.schema()
    after = book(sa.Column("pages", sa.Integer)) if table_stays else sa.MetaData()
    written = sandbox.revise(after)
    sandbox.upgrade()
    sandbox.downgrade(f"-{len(written)}")
    assert await database.schema() == there
    assert await database.values(ENFORCED) == ["NO"]


async def test_every_table_must_have_a_key(sandbox: Sandbox, database: Database) -> None:
    """Tables that only answer a question have one, too (sql_require_primary_key)."""
    index, rule = sa.Index("ix", sa.text("title DESC")), sa.CheckConstraint("title <> ''", name="x")
    before = book(sa.Column("title", sa.String(20)), index, rule)
    sandbox.revise_first(before)
    await database.execute("SET GLOBAL sql_require_primary_key = ON")
    try:
        sandbox.upgrade()
        added = sa.Column("pages", sa.Integer, nullable=False, server_default="1")
        changed = sa.Column("title", sa.String(40), server_default="x")
        assert sandbox.revise(book(changed, added, sa.Index("ix", sa.text("title"))))
    finally:
        await database.execute("SET GLOBAL sql_require_primary_key = OFF")


async def test_the_server_warns_of_nothing(
    database_at_head: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Catches a warning of the server's that tells the user nothing."""
    with caplog.at_level(logging.WARNING):
        await database_at_head.values("SHOW PROCESSLIST")
    assert [r for r in caplog.records if r.name == "asyncmy"] == []
