"""The tables as the database has them, read from its catalogue."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncConnection

from {{ cookiecutter.package_name }}.online.session.version_table import version_table

from .look import SCHEMA
from .schema import Check, Column, ForeignKey, Table

# Takes attributes, as ``alembic_config`` does, and returns Alembic's configuration.
Configure = Callable[..., Config]


_OURS = f"""
    t.relkind IN ('r', 'p') AND t.relname NOT IN {version_table().names}
    AND n.nspname NOT IN ('{SCHEMA}', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = t.oid AND deptype = 'e')
"""

NAMES = f"""
    SELECT t.oid::bigint, format('%I.%I', n.nspname, t.relname)
    FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace WHERE {_OURS}
"""

_COLUMNS = f"""
    SELECT
        t.oid::bigint, format('%I.%I', n.nspname, t.relname), i.column_name::text,
        i.udt_name::text, b.typcategory::text,
        coalesce(i.character_maximum_length, i.numeric_precision)::int,
        coalesce(i.numeric_scale, 0)::int,
        ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = b.oid ORDER BY enumsortorder),
        i.is_nullable = 'YES', i.column_default IS NOT NULL,
        i.is_identity = 'YES' OR i.is_generated = 'ALWAYS'
    FROM information_schema.columns AS i
    JOIN pg_namespace AS n ON n.nspname = i.table_schema
    JOIN pg_class AS t ON t.relnamespace = n.oid AND t.relname = i.table_name
    JOIN pg_namespace AS bn ON bn.nspname = i.udt_schema
    JOIN pg_type AS b ON b.typnamespace = bn.oid AND b.typname = i.udt_name
    WHERE {_OURS} AND NOT t.relispartition
    ORDER BY n.nspname, t.relname, i.ordinal_position
"""

_CONSTRAINTS = """
    WITH named AS (
        SELECT c.*, ARRAY(
            SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS k (number, place)
            JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place
        ) AS columns, ARRAY(
            SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS k (number, place)
            JOIN pg_attribute ON attrelid = confrelid AND attnum = number ORDER BY place
        ) AS referred FROM pg_constraint AS c WHERE contype IN ('c', 'f')
    )
    SELECT conrelid::bigint, conname::text, columns, pg_get_expr(conbin, conrelid),
        confrelid::bigint, referred, true FROM named WHERE conrelid <> 0
    UNION ALL
    SELECT attrelid::bigint, conname::text, ARRAY[attname::text], pg_get_constraintdef(named.oid),
        0, ARRAY[]::text[], false
    FROM named JOIN pg_attribute ON atttypid = contypid WHERE contypid <> 0
    ORDER BY 1, 2
"""

_UNIQUES = """
    SELECT indrelid::bigint, ARRAY(
        SELECT attname::text FROM pg_attribute WHERE attrelid = indrelid AND attnum > 0 AND (
            attnum = ANY ((indkey::int2[])[0:indnkeyatts - 1]) OR EXISTS (
                SELECT FROM pg_depend
                WHERE objid = indexrelid AND refobjid = indrelid AND refobjsubid = attnum
            )
        )
    ) FROM pg_index WHERE indisunique OR indisexclusion
"""


async def tables_of(connection: AsyncConnection) -> list[Table]:
    """Return the tables of the database, by schema and name."""
    columns: dict[tuple[int, str], list[Column]] = {}
    for oid, sql, *column in await rows_of(connection, _COLUMNS):
        columns.setdefault((oid, sql), []).append(Column(*_frozen(column)))
    names = {key[0]: key[1] for key in columns}
    keys: dict[int, list[ForeignKey]] = {}
    checks: dict[int, list[Check]] = {}
    for oid, name, own, text, referred, theirs, of_table in await rows_of(connection, _CONSTRAINTS):
        if referred in names:
            key = ForeignKey(tuple(own), referred, names[referred], tuple(theirs))
            keys.setdefault(oid, []).append(key)
        elif not referred:
            checks.setdefault(oid, []).append(Check(name, tuple(own), text, of_table))
    uniques: dict[int, list[frozenset[str]]] = {}
    for oid, own in await rows_of(connection, _UNIQUES):
        uniques.setdefault(oid, []).append(frozenset(own))
    parts: tuple[dict[int, Any], ...] = (keys, checks, uniques)
    return [
        Table(oid, sql, tuple(found), *(tuple(part.get(oid, ())) for part in parts))
        for (oid, sql), found in columns.items()
    ]


async def rows_of(connection: AsyncConnection, query: str) -> Sequence[Any]:
    """Return the rows that *query* finds."""
    return (await connection.exec_driver_sql(query)).all()


def _frozen(values: Iterable[Any]) -> Iterable[Any]:
    return (tuple(value) if isinstance(value, list) else value for value in values)
