"""A rename, a key and a unique rule that change, beside eight writers of both releases.

Catches a value that one release writes and the other does not read, a row that is lost between the
phases, and a moment at which no rule watches. On PostgreSQL, MariaDB and SQLite.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest
from rename_traffic import WRITERS, MySQLClient, PostgresClient, Row, SQLiteClient, Writer

pytestmark = pytest.mark.slow

MODELS = """
import sqlalchemy as sa

from .base import Base

sa.Table("shelf", Base.metadata, sa.Column("id", sa.Integer, primary_key=True))
sa.Table(
    "invoice",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    {column},
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("kind", sa.Integer, nullable=False),
    sa.Column("shelf_id", sa.Integer, index=True),
    sa.ForeignKeyConstraint(["shelf_id"], ["shelf.id"], name="fk_shelf"{key}),
    sa.UniqueConstraint({unique}, name="uq_number"),
)
"""
OLD = MODELS.format(column='sa.Column("note", sa.String(60))', key="", unique='"number"')
NEW = MODELS.format(
    column='sa.Column("remark", sa.String(60), info={"renamed_from": "note"})',
    key=', ondelete="CASCADE"',
    unique='"number", "kind"',
)
SHELVES = "INSERT INTO shelf (id) VALUES (1), (2)"
DIFFER = {
    "service": "note IS DISTINCT FROM remark",
    "mysql": "NOT note <=> remark",
    "on_sqlite": "note IS NOT remark",
}
# Seconds for which both releases write.
TOGETHER = 3.0


@pytest.fixture(params=DIFFER)
def renaming(request: pytest.FixtureRequest) -> tuple[Any, str, Callable[[], Any]]:
    """A service at its first release, what tells rows that differ, and what connects a writer."""
    service: Any = request.getfixturevalue(request.param)

    def connect() -> Any:
        if request.param == "service":
            return PostgresClient(service.server.url(service.database))
        if request.param == "mysql":
            return MySQLClient(service.server.connect(service.database))
        return SQLiteClient(str(service.file))

    service.use_models(OLD)
    service.cli("db", "revision", "--first")
    service.cli("db", "upgrade")
    service.execute(SHELVES)
    service.use_models(NEW)
    service.alembic("revision", "--autogenerate", "-m", "the next release")
    return service, DIFFER[request.param], connect


def test_nothing_is_lost_and_no_rule_is_missing(
    renaming: tuple[Any, str, Callable[[], Any]],
) -> None:
    """Old code alone, then both, then new code alone."""
    service, differ, connect = renaming
    rows: list[dict[int, Row]] = [{} for _ in range(WRITERS)]

    def writing(*columns: str) -> list[Writer]:
        writers = [
            Writer(number, connect, columns[number % len(columns)], rows[number])
            for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        return writers

    def stopped(writers: list[Writer]) -> None:
        for writer in writers:
            writer.halt()
        for writer in writers:
            writer.join()
        assert [error for writer in writers for error in writer.errors] == []
        assert all(writer.turns for writer in writers)

    old = writing("note")
    service.cli("db", "upgrade", "--phase", "expand")
    stopped(old)
    both = writing("note", "remark")
    time.sleep(TOGETHER)
    stopped(both)
    assert count(service, f"SELECT count(*) AS n FROM invoice WHERE {differ}") == 0
    new = writing("remark")
    service.cli("db", "upgrade")
    stopped(new)
    assert found(service) == {key: row for mine in rows for key, row in mine.items()}
    service.alembic("check")


def count(service: Any, query: str) -> int:
    """Return the number that *query* asks for."""
    [row] = service.execute(query)
    return int(row["n"] if not isinstance(row, int) else row)


def found(service: Any) -> dict[int, Row]:
    """Return the rows that are there, by key; SQLite's helper returns one column alone."""
    columns = ("id", "remark", "number", "kind", "shelf_id")
    read = [service.execute(f"SELECT {name} AS v FROM invoice ORDER BY id") for name in columns]
    values = [[row["v"] if hasattr(row, "keys") else row for row in rows] for rows in read]
    return {key: tuple(rest) for key, *rest in zip(*values, strict=True)}
