"""Catches two ways to write the same schema that read back unlike, and a difference that is not seen."""

import pytest
import sqlalchemy as sa

from {{ cookiecutter.package_name }}.online.sqlite.write import snapshot
from {{ cookiecutter.package_name }}.online.write.snapshot import Snapshot, differences

BASE = (
    "CREATE TABLE book (id INTEGER NOT NULL, n INT DEFAULT 1 NOT NULL, m INT GENERATED ALWAYS AS "
    "(n + 1) VIRTUAL, t TEXT COLLATE NOCASE, CONSTRAINT pk PRIMARY KEY (id), "
    "CONSTRAINT positive CHECK (n > 0))"
)


def read(*statements: str) -> Snapshot:
    """Return what is read where *statements* have run."""
    with sa.create_engine("sqlite://").connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        return snapshot.read(connection)


@pytest.mark.parametrize(
    "same",
    [
        BASE.replace("book", '"book"').replace(" n ", ' "n" ', 1).replace(", ", ",\n\t"),
        BASE.replace("n INT DEFAULT 1 NOT NULL", "n INT NOT NULL DEFAULT (1)"),
        BASE.replace("GENERATED ALWAYS AS (n + 1) VIRTUAL", "AS (n + 1)"),
        BASE.replace("id INTEGER NOT NULL", "id INTEGER NOT NULL PRIMARY KEY").replace(
            " CONSTRAINT pk PRIMARY KEY (id),", ""
        ),
    ],
)
def test_form_does_not_count(same: str) -> None:
    assert same != BASE
    assert differences(read(BASE), read(same)) == []


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        (" COLLATE NOCASE", "", "column book.t"),
        ("(n + 1)", "(n + 2)", "column book.m"),
        ("DEFAULT 1", "DEFAULT '1'", "column book.n"),
        ("n > 0", "n > 1", "constraint book.positive"),
        ("positive", "above", "constraint book.above"),
        ("CHECK (n > 0))", "CHECK (n > 0)) STRICT", "table book"),
    ],
)
def test_what_differs_is_seen(old: str, new: str, seen: str) -> None:
    found = differences(read(BASE), read(BASE.replace(old, new)))
    assert seen in [str(difference.key) for difference in found]


@pytest.mark.parametrize(
    "columns", ["(n DESC)", "(lower(t))", "(t COLLATE BINARY)", "(n) WHERE n > 1"]
)
def test_an_index_is_read_whole(columns: str) -> None:
    index = "CREATE INDEX ix ON book "
    [found] = differences(read(BASE, f"{index}(n)"), read(BASE, f"{index}{columns}"))
    assert str(found.key) == "index book.ix"
