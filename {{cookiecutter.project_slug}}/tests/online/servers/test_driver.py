"""Catches an error of the server that is taken for another one: the web answers by these."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from {{ cookiecutter.package_name }}.online.database import driver

from ..support import Database, Sandbox, book, rows


@pytest.mark.parametrize(
    ("statement", "is_rule", "is_value"),
    [
        ("INSERT INTO book (id, code) VALUES (1, 'new')", True, False),
        ("INSERT INTO book (id, code) VALUES (9, 'much too long')", False, True),
        ("INSERT INTO book (id, code) VALUES (99999999999, 'new')", False, True),
        ("INSERT INTO nowhere (id) VALUES (1)", False, False),
    ],
)
async def test_what_an_error_means(
    statement: str, is_rule: bool, is_value: bool, sandbox: Sandbox, database: Database
) -> None:
    sandbox.revise(book(sa.Column("code", sa.String(5))))
    sandbox.upgrade()
    await database.execute(rows("book", 1, 1))
    with pytest.raises(DBAPIError) as error:
        await database.execute(statement)
    assert driver.breaks_a_rule(error.value) == is_rule
    assert driver.refuses_a_value(error.value) == is_value
    assert driver.fault(error.value) is None
    assert not driver.is_lock_failure(error.value)
