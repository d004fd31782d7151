"""Catches a new NOT NULL column that would lock the table, or break the code that runs meanwhile.

The behaviour is tested, not the text: after *expand*, old code (which does not know the column)
still inserts; after *contract*, every row has its value and the column is NOT NULL.
"""

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.exc import DBAPIError

from .support import DATABASE, Database, Sandbox, book, calls, rows, upgrades


def title(**options: object) -> sa.Column[str]:
    """Return the column that the tests add."""
    return sa.Column("title", sa.String(100), nullable=False, **options)  # type: ignore[arg-type]


def test_unknown_value_is_added_nullable_then_filled_then_set(sandbox: Sandbox) -> None:
    sandbox.revise(book())
    expand, contract = sandbox.revise(book(title()))
    assert (expand.module.phase, contract.module.phase) == ("expand", "contract")
    assert calls(expand.module.upgrade) == ["add_column", "backfill"]
    assert calls(contract.module.upgrade)[-1] == "set_not_null"


@pytest.mark.parametrize("value", ["'untitled'", DATABASE.PER_ROW])
async def test_old_code_inserts_between_the_phases(
    value: str, sandbox: Sandbox, database: Database
) -> None:
    models = book(title(info={"backfill": value}, comment="on the cover"))
    sandbox.revise(book())
    sandbox.upgrade()
    await database.execute(rows("book", 1, 1200))
    before = await database.schema()

    expand, *_ = sandbox.revise(models)
    sandbox.upgrade(expand.revision)
    await database.execute(rows("book", 0, 0))
    sandbox.upgrade()
    assert await database.values(f"SELECT count(*) FROM book WHERE title = ({value})") == [1201]
    with pytest.raises(DBAPIError):
        await database.execute(rows("book", -1, -1))
    command.check(sandbox.config(models))

    sandbox.downgrade("-2")
    assert await database.schema() == before


def test_the_models_own_column_is_left_alone(sandbox: Sandbox) -> None:
    column = title()
    models = book(column)
    sandbox.revise(book())
    sandbox.revise(models)
    assert not column.nullable
    assert column.table is models.tables["book"]
    assert sandbox.revise(models) == []


def test_a_new_table_needs_no_steps(sandbox: Sandbox) -> None:
    assert upgrades(sandbox.revise(book(title()))) == ["create_table"]


def test_a_column_with_a_constant_default_needs_no_steps(sandbox: Sandbox) -> None:
    sandbox.revise(book())
    assert upgrades(sandbox.revise(book(title(server_default="none")))) == ["add_column"]
