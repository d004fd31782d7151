"""What later revisions will ask of the rows: the keys and CHECKs that the newest schema has.

A revision that adds a foreign key or a CHECK to a column expects its rows to obey, as those of a
real service would. So all revisions run once on a database without rows, and rows are made to fit
what came of it, as far as the rules of their own time allow.
"""

from collections.abc import Sequence
from dataclasses import replace

from alembic import command

from {{ cookiecutter.package_name }}.online.postgresql.session.scratch import (
    scratch_database,
)
from {{ cookiecutter.package_name }}.online.session.connect import connection_to

from .schema import ForeignKey, Table
from .system_catalogs import Configure, tables_of


async def newest_tables(configure: Configure) -> dict[str, Table]:
    """Return the tables after the last revision, or the last that succeeds, by name in SQL."""
    async with scratch_database() as url, connection_to(url) as connection:
        try:
            await connection.run_sync(
                lambda sync: command.upgrade(configure(connection=sync), "heads")
            )
        except Exception:
            # The walk meets it again, and says where.
            await connection.rollback()
        return {table.sql: table for table in await tables_of(connection)}


def with_later_rules(tables: Sequence[Table], newest: dict[str, Table]) -> list[Table]:
    """Return *tables*, each with the keys and CHECKs that it will have, marked as later ones."""
    now = {table.sql: table for table in tables}
    return [_with_rules_of(newest[t.sql], t, now) if t.sql in newest else t for t in tables]


def _with_rules_of(newest: Table, table: Table, now: dict[str, Table]) -> Table:
    names = {column.name for column in table.columns}
    known_keys = {(key.columns, key.referred) for key in table.keys}
    known_checks = {check.text for check in table.checks}
    keys = [
        replace(key, referred_oid=now[key.referred].oid, later=True)
        for key in newest.keys
        if names.issuperset(key.columns)
        and (key.columns, key.referred) not in known_keys
        and _exists(key, now)
    ]
    checks = [
        replace(check, later=True)
        for check in newest.checks
        if names.issuperset(check.columns) and check.text not in known_checks and check.of_table
    ]
    return replace(table, keys=(*table.keys, *keys), checks=(*table.checks, *checks))


def _exists(key: ForeignKey, now: dict[str, Table]) -> bool:
    referred = now.get(key.referred)
    names = {column.name for column in referred.columns} if referred else set()
    return names.issuperset(key.referred_columns) and bool(names)
