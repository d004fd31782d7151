"""What MySQL and MariaDB keep of a schema, read from information_schema: one query a kind.

Counters of AUTO_INCREMENT and the order of columns are left out; a name that the server gave is
replaced by what it names. An index that a foreign key brought with it is an index like others.
"""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from ...session.errors import DatabaseError
from ...write.snapshot import Difference, Key, Reads, Snapshot, every, only
from .stored_indexes import stored_index

_TABLES = """
SELECT table_name, concat_ws(' ', table_type, engine, table_collation, create_options,
    CASE WHEN table_comment <> '' THEN concat('COMMENT ', quote(table_comment)) END)
FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type <> 'VIEW'
"""
_PARTITIONS = """
SELECT table_name, partition_name, concat_ws(' ', partition_method, partition_expression,
    partition_description, subpartition_method, subpartition_expression, subpartition_name)
FROM information_schema.partitions
WHERE table_schema = DATABASE() AND partition_name IS NOT NULL
ORDER BY partition_ordinal_position
"""
_COLUMNS = """
SELECT table_name, column_name, concat_ws(' ', column_type,
    concat('COLLATE ', collation_name),
    CASE is_nullable WHEN 'NO' THEN 'NOT NULL' END,
    concat('DEFAULT ', column_default),
    nullif(extra, ''),
    concat('AS ', nullif(generation_expression, '')),
    CASE WHEN column_comment <> '' THEN concat('COMMENT ', quote(column_comment)) END)
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = DATABASE() AND table_type <> 'VIEW'
"""
# One row a column of the index; %s: what each server has of its own.
_INDEXES = """
SELECT table_name, index_name, concat_ws(' ',
    CASE non_unique WHEN 0 THEN 'UNIQUE' END, index_type, %s,
    CASE WHEN index_comment <> '' THEN concat('COMMENT ', quote(index_comment)) END),
    concat(%s, coalesce(concat('(', sub_part, ')'), ''), CASE collation WHEN 'D' THEN ' DESC' ELSE '' END)
FROM information_schema.statistics WHERE table_schema = DATABASE()
ORDER BY table_name, index_name, seq_in_index
"""
_INDEXES_MYSQL = _INDEXES % (
    "CASE is_visible WHEN 'NO' THEN 'INVISIBLE' END",
    "coalesce(column_name, concat('(', expression, ')'))",
)
_INDEXES_MARIADB = _INDEXES % ("CASE ignored WHEN 'YES' THEN 'IGNORED' END", "column_name")
# RESTRICT and NO ACTION are one to InnoDB.
_KEYS = """
SELECT r.table_name, r.constraint_name, concat_ws(' ', 'REFERENCES', r.referenced_table_name,
    'ON UPDATE', replace(update_rule, 'RESTRICT', 'NO ACTION'),
    'ON DELETE', replace(delete_rule, 'RESTRICT', 'NO ACTION')),
    concat(column_name, ' = ', referenced_column_name)
FROM information_schema.referential_constraints r
JOIN information_schema.key_column_usage k ON k.constraint_schema = r.constraint_schema
    AND k.constraint_name = r.constraint_name AND k.table_name = r.table_name
WHERE r.constraint_schema = DATABASE()
ORDER BY r.table_name, r.constraint_name, ordinal_position
"""
_CHECKS_MARIADB = """
SELECT table_name, constraint_name, concat('CHECK ', check_clause)
FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()
"""
_CHECKS_MYSQL = """
SELECT t.table_name, t.constraint_name, concat_ws(' ', 'CHECK', check_clause,
    CASE enforced WHEN 'NO' THEN 'NOT ENFORCED' END)
FROM information_schema.check_constraints c JOIN information_schema.table_constraints t
    USING (constraint_schema, constraint_name)
WHERE constraint_schema = DATABASE() AND constraint_type = 'CHECK'
"""
# Names that the servers give: of foreign keys and rules (MySQL), of rules (MariaDB).
_GIVEN = re.compile(r".+_(ibfk|chk)_\d+|CONSTRAINT_\d+|\d+")


def read(connection: Connection, reads: Reads = every) -> Snapshot:
    """Return what the database keeps of the tables that *reads* names, each object by its key."""
    return only(dict(_found(connection)), reads)


def create(connection: Connection, metadata: sa.MetaData) -> None:
    """Create what *metadata* describes on an empty database.

    It has the character set that migrations give new tables (see ``prerequisites.py``); the
    engine is set here. Raises DatabaseError for a schema.
    """
    for table in metadata.tables.values():
        if table.schema is not None:
            raise DatabaseError(
                f"{table.schema}.{table.name}: schema. A schema is a database on MySQL, and the "
                "migrations of a service own one database. Instead: leave out the schema in the "
                f"model, and name the table {table.schema}_{table.name}"
            )
    connection.exec_driver_sql("SET SESSION default_storage_engine = InnoDB")
    _with_rules_of_tables(metadata).create_all(connection)


def _with_rules_of_tables(metadata: sa.MetaData) -> sa.MetaData:
    """Return *metadata* with the named rules that stand in a column as rules of its table.

    So revisions write them, and MariaDB knows no other way.
    """
    if not any(
        _named_rules(column) for table in metadata.tables.values() for column in table.columns
    ):
        return metadata
    copy = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        copied = table.to_metadata(copy)
        for column in copied.columns:
            for rule in _named_rules(column):
                column.constraints.discard(rule)
                copied.append_constraint(sa.CheckConstraint(rule.sqltext, name=rule.name))
    return copy


def _named_rules(column: sa.Column[Any]) -> list[sa.CheckConstraint]:
    return [c for c in column.constraints if isinstance(c, sa.CheckConstraint) and c.name]


def may_stay(_: Difference) -> bool:
    """Tell whether a downgrade may leave this difference: none here."""
    return False


def _found(connection: Connection) -> Iterator[tuple[Key, str]]:
    mariadb = bool(getattr(connection.dialect, "is_mariadb", False))
    for table, definition in _rows(connection, _TABLES):
        yield Key("table", "", table), definition
    for kind, query in (("partition", _PARTITIONS), ("column", _COLUMNS)):
        for table, name, definition in _rows(connection, query):
            yield Key(kind, table, name), definition
    indexes = _rows(connection, _INDEXES_MARIADB if mariadb else _INDEXES_MYSQL)
    for (table, name), definition in _gathered(indexes).items():
        if definition.startswith("FULLTEXT"):
            # The parser of its words stands nowhere else.
            stored = stored_index(connection, table, None, name)
            definition += f" {stored.kw.get('mysql_with_parser', '') if stored else ''}".rstrip()
        yield Key("constraint" if name == "PRIMARY" else "index", table, name), definition
    rules = _gathered(_rows(connection, _KEYS))
    for table, name, definition in _rows(connection, _CHECKS_MARIADB if mariadb else _CHECKS_MYSQL):
        rules[table, f"{name} "] = definition
    for (table, name), definition in rules.items():
        given = _GIVEN.fullmatch(name.rstrip())
        yield Key("constraint", table, definition if given else name.rstrip()), definition


def _gathered(rows: list[list[str]]) -> dict[tuple[str, str], str]:
    """Return what *rows*, one a column, say of each index or key."""
    found: dict[tuple[str, str], str] = {}
    for table, name, definition, column in rows:
        earlier = found.get((table, name))
        found[table, name] = f"{earlier}, {column}" if earlier else f"{definition}: {column}"
    return found


def _rows(connection: Connection, query: str) -> list[list[str]]:
    return [[_text(value) for value in row] for row in connection.exec_driver_sql(query)]


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
