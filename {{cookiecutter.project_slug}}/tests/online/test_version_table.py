"""Catches a version table that one place calls otherwise, and two services that see each other's."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online import service
from {{ cookiecutter.package_name }}.online.database import driver
from {{ cookiecutter.package_name }}.online.deploy import upgrade
from {{ cookiecutter.package_name }}.online.service import ownership
from {{ cookiecutter.package_name }}.online.session import version_table
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.session.scripts import alembic_config

from .fixtures import lead_to
from .planned import typed
from .support import VERSION_TABLE, Database, Sandbox, book

PLACES = ["shop_version", *(["shop.revisions"] if driver.HAS_SCHEMAS else [])]
LONGEST = [] if driver.LONGEST_NAME is None else ["v" * (driver.LONGEST_NAME - 7)]
SCHEMAS = [] if driver.HAS_SCHEMAS else ["shop.revisions"]


class Services:
    """Two services in one database: one with books, one with shelves in the other version table."""

    def __init__(self, books: Sandbox, shelves: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        """Begin as the one with books."""
        self.books, self.shelves = books, shelves
        self._monkeypatch = monkeypatch
        self.book = book(sa.Column("title", sa.Text))
        self.shelf = sa.MetaData(naming_convention=self.book.naming_convention)
        sa.Table("shelf", self.shelf, sa.Column("id", sa.Integer, primary_key=True))

    def be(self, sandbox: Sandbox, place: str, slug: str) -> None:
        """Be the service with this *sandbox*."""
        lead_to(sandbox, self._monkeypatch)
        self._monkeypatch.setattr(service, "SLUG", slug)
        self._monkeypatch.setattr(ownership, "VERSION_TABLE", place, raising=False)


@pytest.fixture
def services(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Let both have a first revision; nothing is applied."""
    folder = tmp_path / "others"
    folder.mkdir()
    found = Services(sandbox, Sandbox(folder), monkeypatch)
    found.books.revise_first(found.book)
    found.shelves.revise_first(found.shelf)
    return found


@pytest.mark.parametrize("place", PLACES)
async def test_two_services_in_one_database(
    place: str, services: Services, database: Database
) -> None:
    services.be(services.books, "alembic_version", "books")
    assert len(await upgrade.upgrade()) == 1

    services.be(services.shelves, place, "shelves")
    before = await typed("check")
    assert (before.exit_code, before.output.count("pending")) == (1, 1)
    assert (await typed("plan")).exit_code == 0
    assert "1 revision applied" in (await typed("upgrade", "--phase", "expand")).output
    assert (await typed("check")).output == "the database is current\n"
    # Neither takes what is the other's for its own.
    services.shelves.type_command(services.shelf, "check")

    services.be(services.books, "alembic_version", "books")
    assert (await typed("check")).output == "the database is current\n"
    services.books.type_command(services.book, "check")
    services.books.downgrade("base")
    assert (await typed("check")).exit_code == 1

    services.be(services.shelves, place, "shelves")
    assert (await typed("check")).output == "the database is current\n"
    assert await database.values("SELECT id FROM shelf") == []
    assert await database.values(f"SELECT count(*) FROM {place}") == [1]
    assert await database.values(f"SELECT service FROM {place}_applied") == ["shelves"]


@pytest.mark.parametrize("place", PLACES)
async def test_autogenerate_and_offline_sql(
    place: str, services: Services, database: Database
) -> None:
    services.be(services.shelves, place, "shelves")
    sa.Table("box", services.shelf, sa.Column("id", sa.Integer, primary_key=True))
    [written] = services.shelves.revise(services.shelf)
    assert "shop" not in Path(written.path).read_text(encoding="utf-8")
    await database.run_script(services.shelves.sql())
    assert (await typed("check")).output == "the database is current\n"
    command.check(services.shelves.config(services.shelf))


async def test_one_table_for_two_is_an_error(services: Services, database: Database) -> None:
    services.be(services.books, "alembic_version", "books")
    await upgrade.upgrade()
    services.be(services.shelves, "alembic_version", "shelves")
    for words, code in (["check"], 1), (["plan"], 3), (["upgrade", "--phase", "expand"], 1):
        done = await typed(*words)
        told = "shares no revision with it: alembic_version is another service's" in done.output
        assert (done.exit_code, told) == (code, True)
    with pytest.raises(DatabaseError, match="VERSION_TABLE in db/ownership.py"):
        await upgrade.is_current()
    assert await database.values("SELECT service FROM alembic_version_applied") == ["books"]


@pytest.mark.parametrize("said", ["", ".revisions", "shop.", "a.b.c", 3, None, *LONGEST, *SCHEMAS])
async def test_what_cannot_be_one(
    said: object, door: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership, "VERSION_TABLE", said, raising=False)
    done = await typed("check")
    assert done.exit_code == 1
    assert f"VERSION_TABLE in db/ownership.py cannot be {said!r}: " in done.output
    assert "Traceback" not in done.output


async def test_the_table_alone(database: Database) -> None:
    command.ensure_version(alembic_config())
    assert await database.values(f"SELECT count(*) FROM {VERSION_TABLE}") == [0]


def test_an_older_file_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(ownership, "VERSION_TABLE", raising=False)
    assert version_table.version_table() == (None, "alembic_version")
