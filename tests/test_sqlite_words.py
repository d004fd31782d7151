"""Catches a service on SQLite that speaks of another database, or of what only a server has."""

import re
from pathlib import Path

import pytest
from baking import text_files
from sqlite_service import bake_on_sqlite

FOREIGN = re.compile(
    r"asyncpg|postgres|psycopg|\bpg_|mysql|asyncmy|mariadb|embedded|squawk|bouncer|innodb|sqlstate",
    re.IGNORECASE,
)


@pytest.mark.parametrize("web", ["fastapi", "none"])
def test_no_word_of_another_database(web: str, tmp_path: Path) -> None:
    folder = bake_on_sqlite(tmp_path, web=web)
    found = [
        f"{path.relative_to(folder)}:{number}: {line.strip()}"
        for path in text_files(folder)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if FOREIGN.search(line) or FOREIGN.search(path.name)
    ]
    assert found == []
