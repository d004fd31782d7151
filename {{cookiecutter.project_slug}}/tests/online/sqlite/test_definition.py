"""Catches a CREATE TABLE that a rebuild would read in another way than SQLite does."""

import sqlite3

import pytest

from {{ cookiecutter.package_name }}.online.sqlite.operations.definition import Definition
from {{ cookiecutter.package_name }}.online.sqlite.operations.tokens import plain

HARD = [
    "CREATE TABLE t (a)",
    "CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID, STRICT",
    "CREATE TABLE t (a INTEGER PRIMARY KEY ASC ON CONFLICT ABORT AUTOINCREMENT NOT NULL)",
    "CREATE TABLE t (a DEFAULT -1, b DEFAULT +5.5e3, c DEFAULT NULL, d DEFAULT x'00', e DEFAULT true)",
    "CREATE TABLE t (a TEXT DEFAULT ', )' CHECK (a IN ('x, y', ')', '(')), b CHECK (b <> ''''))",
    'CREATE TABLE t (`select` INT, [a b] TEXT, "q""q" TEXT, \'str\' TEXT)',
    "CREATE TABLE t (a NUMERIC (10, 2) NULL, b DOUBLE PRECISION NOT NULL ON CONFLICT FAIL)",
    "CREATE TABLE t (a REFERENCES p (x) ON DELETE SET NULL ON UPDATE SET DEFAULT MATCH FULL "
    "NOT DEFERRABLE INITIALLY IMMEDIATE NOT NULL, b)",
    "CREATE TABLE t (a, b AS (a * 2) STORED, c INT GENERATED ALWAYS AS (b + 1) VIRTUAL NOT NULL)",
    "CREATE TABLE t (a CONSTRAINT n NOT NULL CONSTRAINT u UNIQUE CONSTRAINT c CHECK (a > 0))",
    "CREATE TABLE t (a, b, CONSTRAINT one UNIQUE (a) CONSTRAINT two CHECK (a > b) "
    "CHECK (b) FOREIGN KEY (a) REFERENCES p, PRIMARY KEY (b))",
    "CREATE TABLE t (a TEXT COLLATE NOCASE /* why, (so) */ DEFAULT CURRENT_TIMESTAMP -- end, )\n, b)",
    'CREATE TABLE t (ünïcödé TEXT, "发票" TEXT CHECK ("发票" <> \'🚀\'))',
]


@pytest.mark.parametrize("sql", HARD)
def test_nothing_is_lost(sql: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE p (x PRIMARY KEY)")
    connection.execute(sql)
    [kept] = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 't'").fetchone()
    definition = Definition.of(kept)
    columns = [row[1] for row in connection.execute("PRAGMA table_xinfo(t)")]
    assert [column.name for column in definition.columns] == columns
    required = [row[1] for row in connection.execute("PRAGMA table_xinfo(t)") if row[3]]
    told = [column.name for column in definition.columns if column.has("NOT NULL")]
    assert set(told) <= set(required)
    before = connection.execute("PRAGMA table_xinfo(t)").fetchall()
    keys = connection.execute("PRAGMA foreign_key_list(t)").fetchall()
    connection.execute("DROP TABLE t")
    connection.execute(definition.text("t"))
    assert connection.execute("PRAGMA table_xinfo(t)").fetchall() == before
    assert connection.execute("PRAGMA foreign_key_list(t)").fetchall() == keys
    assert plain(definition.text("t")).replace(" ,", "") == plain(kept).replace(" ,", "")
    connection.close()


def test_rules_and_clauses_are_told_apart() -> None:
    definition = Definition.of(HARD[10])
    assert [rule.name for rule in definition.rules] == ["one", "two", None, None, None]
    assert [rule.kind for rule in definition.rules] == [
        *("UNIQUE", "CHECK", "CHECK", "FOREIGN", "PRIMARY")
    ]
    [column] = Definition.of(HARD[9]).columns
    assert [(c.name, c.kind) for c in column.clauses] == [
        *(("n", "NOT NULL"), ("u", "UNIQUE"), ("c", "CHECK"))
    ]
