"""Catches a look at rows that stumbles over a name, a pair of columns, or a table that refers to itself."""

from typing import Any

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.online.deploy.plan import asked
from {{ cookiecutter.package_name }}.online.session.connect import connection_to

from .planned import reasons
from .support import Database, Sandbox

NAMES = ["Order", "a b", "a:b", "a :b", "50% %s", "it's", 'a "b"', "größe"]


def table(name: str) -> sa.Table:
    """Return a table whose name, and whose columns', begin with *name*."""
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column(f"{name} k", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column(f"{name} n", sa.Integer),
        sa.Column(f"{name} m", sa.Integer),
    )


async def fill(database: Database, made: sa.Table, *values: tuple[Any, ...]) -> None:
    """Create the table *made* with rows of these *values*."""
    async with connection_to(database.url) as connection:
        await connection.run_sync(made.metadata.create_all)
        names = [column.name for column in made.columns]
        await connection.execute(
            made.insert(), [dict(zip(names, row, strict=True)) for row in values]
        )
        await connection.commit()


@pytest.mark.parametrize("name", NAMES)
async def test_any_name(name: str, door: Sandbox, database: Database) -> None:
    await fill(database, table(name), (1, 5, None), (2, 5, 7))
    door.by_hand(
        f"    t, k, n, m = {name!r}, {f'{name} k'!r}, {f'{name} n'!r}, {f'{name} m'!r}\n"
        "    op.set_not_null(t, m)\n"
        "    op.create_unique_constraint('one', t, [n])\n"
        "    op.create_foreign_key('there', t, t, [m], [k])\n"
        "    op.create_check_constraint('less', t, sa.column(n) < 5)\n"
    )
    found = (await asked.plan()).all_hindrances
    assert [hindrance.rows for _, _, hindrance in found] == [1, 2, 1, 2]
    for _, _, hindrance in found:
        assert hindrance.table == name
        assert all(one.startswith(f"{name} k ") for one in hindrance.examples)
        async with connection_to(database.url) as connection:
            query = str(hindrance.query)
            plain = {"no_parameters": True}
            rows = await connection.exec_driver_sql(query, execution_options=plain)
            assert len(rows.all()) == hindrance.rows


@pytest.mark.parametrize(
    ("lines", "rows", "told"),
    [
        ("op.create_unique_constraint('one', 't', ['t n', 't m'])", ((1, 5, 6), (2, 5, 7)), []),
        (
            "op.create_unique_constraint('one', 't', ['t n', 't m'])",
            ((1, 5, None), (2, 5, None)),
            [],
        ),
        (
            "op.create_unique_constraint('one', 't', ['t n', 't m'])",
            ((1, 5, 6), (2, 5, 6)),
            ["t cannot be unique by one: 2 rows are alike in t n, t m"],
        ),
        ("op.create_foreign_key('k', 't', 't', ['t n'], ['t k'])", ((1, 1, 0), (2, 1, 0)), []),
        ("op.create_foreign_key('k', 't', 't', ['t n'], ['t k'])", ((1, None, 0),), []),
        (
            "op.create_foreign_key('k', 't', 't', ['t n', 't m'], ['t k', 't m'])",
            ((1, 1, 8), (2, 1, 9), (3, None, 9)),
            ["t cannot take the foreign key k: 1 rows refer to rows of t that do not exist"],
        ),
        ("op.create_check_constraint('c', 't', sa.column('t n') > 1)", ((1, None, 0),), []),
    ],
)
async def test_several_columns_and_null(
    lines: str,
    rows: tuple[tuple[Any, ...], ...],
    told: list[str],
    door: Sandbox,
    database: Database,
) -> None:
    await fill(database, table("t"), *rows)
    door.by_hand(f"    {lines}")
    assert await reasons() == told
