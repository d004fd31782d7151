"""Catches a file that cannot be used, told by a traceback or not at all."""

import pytest
from sqlite_service import SQLiteService


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite://", "The database URL leads to no file"),
        ("sqlite:///:memory:", "The database URL leads to no file"),
        ("sqlite://host/data.sqlite3", "The database URL holds more than a path"),
        ("sqlite:////nowhere/at/all.sqlite3", "does its folder exist"),
        ("sqlite:///src", "the file cannot be opened"),
        ("sqlite:///pyproject.toml", "the file is no SQLite database"),
    ],
)
@pytest.mark.parametrize("command", ["upgrade", "check", "current"])
def test_a_url_that_leads_to_no_database(
    url: str, sentence: str, command: str, on_sqlite: SQLiteService
) -> None:
    """Each command says what is wrong with the URL, in one sentence."""
    on_sqlite.env["DATABASE_URL"] = url
    refused = on_sqlite.cli("db", command, code=1)
    assert refused.err.startswith("error: ")
    assert sentence in refused.err
    assert refused.err.count("\n") == 1


@pytest.mark.parametrize(
    ("pragma", "sentence"),
    [
        ("max_page_count = 8", "the disk is full"),
        (
            "query_only = ON",
            "the file or its folder may only be read",
        ),
    ],
)
def test_a_disk_that_gives_out_in_the_middle(
    pragma: str, sentence: str, on_sqlite: SQLiteService
) -> None:
    """A full disk, or a file that may only be read, undoes the revision and is told in one sentence."""
    on_sqlite.cli("db", "revision", "--first")
    on_sqlite.cli("db", "upgrade")
    before = on_sqlite.schema()
    path = on_sqlite.write_by_hand(
        '    op.execute("CREATE TABLE t (a)")\n'
        f'    op.execute("PRAGMA {pragma}")\n'
        '    op.execute("INSERT INTO t VALUES (randomblob(1000000))")\n'
    )
    refused = on_sqlite.cli("db", "upgrade", code=1)
    assert sentence in refused.err
    assert "Traceback" not in refused.err
    assert on_sqlite.schema() == before
    path.write_text(
        path.read_text(encoding="utf-8").replace(pragma, "user_version"), encoding="utf-8"
    )
    on_sqlite.cli("db", "upgrade")


def test_a_relative_path_begins_at_the_project(on_sqlite: SQLiteService) -> None:
    """Wherever the command runs, a relative path means the same file."""
    on_sqlite.cli("db", "revision", "--first")
    on_sqlite.env["DATABASE_URL"] = "sqlite:///data/mine.sqlite3"
    on_sqlite.cli("db", "upgrade")
    assert (on_sqlite.folder / "data" / "mine.sqlite3").is_file()


def test_production_needs_a_url(on_sqlite: SQLiteService) -> None:
    """No file stands in for a database that nobody has named."""
    on_sqlite.env |= {"DATABASE_URL": "", "ENVIRONMENT": "production"}
    assert "DATABASE_URL is not set" in on_sqlite.cli("db", "upgrade", code=1).err
    assert not list(on_sqlite.folder.rglob("*.sqlite3"))
