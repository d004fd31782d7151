"""Traps of Alembic, asyncpg and PostgreSQL; each test fails without the service's cure for it."""

import dataclasses
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from service import Server, Service

IN_CODE = """
import asyncio, logging, sys
from alembic import command
from sqlalchemy.ext.asyncio import create_async_engine
from invoice_service.online.deploy import upgrade
from invoice_service.online.session import url
from invoice_service.online.write import revise
from invoice_service.online.session.scripts import alembic_config
"""
# Where the service notes its revisions.
NOTED = {"alembic_version", "alembic_version_applied"}
NULLABLE = "    note: Mapped[str | None]\n"
NOT_NULL = "    number: Mapped[str] = mapped_column(sa.String(20))\n"


@pytest.fixture
def first(service: Service) -> Service:
    """A service with its first revision, not yet applied."""
    service.cli("db", "revision", "--first")
    return service


@pytest.fixture
def migrated(first: Service) -> Service:
    """A service whose first revision is applied."""
    first.alembic("upgrade", "head")
    return first


def add(service: Service, columns: str) -> None:
    """Append *columns* to the first model."""
    with (service.package / "db" / "models.py").open("a", encoding="utf-8") as models:
        models.write(columns)


def tables(service: Service) -> set[str]:
    """Return the names of the tables that another connection sees."""
    rows = service.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {row["tablename"] for row in rows}


def columns(service: Service) -> set[str]:
    """Return the names of the first table's columns."""
    query = "SELECT attname FROM pg_attribute WHERE attrelid = 'invoice'::regclass AND attnum > 0"
    return {row["attname"] for row in service.execute(query)}


def test_upgrade_is_committed(first: Service) -> None:
    """A statement before ``context.configure()`` would make it commit nothing, without a word."""
    first.alembic("upgrade", "head")
    assert tables(first) == {*NOTED, "invoice"}


def test_inside_a_running_loop(first: Service) -> None:
    """``asyncio.run()`` in ``env.py`` raises there."""
    first.run(
        "-c",
        f"""{IN_CODE}
async def main():
    command.upgrade(alembic_config(), "head")
    command.check(alembic_config())
    assert await upgrade.is_current()
asyncio.run(main())
""",
    )
    assert "invoice" in tables(first)


@pytest.mark.parametrize(
    ("opening", "ending", "stays"),
    [
        ("engine.connect()", "None", True),
        ("engine.begin()", "None", True),
        ("engine.begin()", "await connection.rollback()", False),
    ],
)
def test_handed_over_connection(first: Service, opening: str, ending: str, stays: bool) -> None:
    """A transaction of the caller's is the caller's to end; without one, Alembic commits."""
    first.run(
        "-c",
        f"""{IN_CODE}
async def main():
    engine = create_async_engine(url.migrations_url())
    async with {opening} as connection:
        await connection.run_sync(
            lambda sync: command.upgrade(alembic_config(connection=sync), "head")
        )
        {ending}
    await engine.dispose()
asyncio.run(main())
""",
    )
    assert ("invoice" in tables(first)) is stays


def test_a_revision_that_commits_refuses_in_the_callers_transaction(migrated: Service) -> None:
    """It would commit the caller's work; the message says what to hand over."""
    add(migrated, NOT_NULL)
    migrated.alembic("revision", "--autogenerate", "-m", "add number")
    before = migrated.server.dump(migrated.database)
    refused = migrated.run(
        "-c",
        f"""{IN_CODE}
async def main():
    engine = create_async_engine(url.migrations_url())
    async with engine.begin() as connection:
        await connection.run_sync(
            lambda sync: command.upgrade(alembic_config(connection=sync), "head")
        )
asyncio.run(main())
""",
        code=1,
    )
    assert "hand over a connection that is outside a transaction" in refused.err
    assert migrated.server.dump(migrated.database) == before


@pytest.fixture
def password(service: Service, server: Server) -> Iterator[str]:
    """Let a role in by its password only, and a hard one; point the service's URL at it."""
    text, role = "p%40%s@/#:?&%", f"role_{service.database}"
    hba = server.postgres.pgdata / "pg_hba.conf"
    rules = hba.read_text()
    hba.write_text(f"local all {role} scram-sha-256\n{rules}")
    literal = "'" + text.replace("'", "''") + "'"
    server.execute(
        f"CREATE ROLE {role} LOGIN PASSWORD {literal}",
        f"GRANT CREATE ON DATABASE {service.database} TO {role}",
        "SELECT pg_reload_conf()",
    )
    service.execute(f"GRANT ALL ON SCHEMA public TO {role}")
    service.env["DATABASE_URL"] = server.url(service.database).replace("//postgres@", f"//{role}@")
    yield text
    hba.write_text(rules)
    service.execute(f"DROP OWNED BY {role}")
    server.execute(f"DROP OWNED BY {role}", f"DROP ROLE {role}", "SELECT pg_reload_conf()")


def test_hard_password(service: Service, password: str) -> None:
    """ConfigParser breaks on ``%``, and ``str(url)`` puts stars in the password's place."""
    service.cli("db", "revision", "--first")
    plain = service.env["DATABASE_URL"]
    encoded = "".join(f"%{byte:02X}" for byte in password.encode())
    service.env["DATABASE_PASSWORD"] = password
    service.alembic("upgrade", "head")
    service.env["DATABASE_PASSWORD"] = ""
    service.env["DATABASE_URL"] = re.sub("@/", f":{encoded}@/", plain)
    service.cli("db", "check")
    service.env["DATABASE_URL"] = re.sub("@/", f":{encoded}wrong@/", plain)
    for refused in (service.cli("db", "check", code=1), service.alembic("current", code=255)):
        said = refused.out + refused.err
        assert "the user name or the password is wrong" in said
        assert "Traceback" not in said
        assert password not in said
        assert encoded not in said


def test_loggers_stay_as_they_are(first: Service) -> None:
    """``fileConfig`` switches off the loggers that an application has made before."""
    first.run(
        "-c",
        f"""{IN_CODE}
logger = logging.getLogger("app.payments")
logging.basicConfig(level=logging.ERROR)
before = list(logging.root.handlers)
command.upgrade(alembic_config(), "head")
command.check(alembic_config())
assert not logger.disabled
assert logging.root.handlers == before
assert logging.root.level == logging.ERROR
for name in ("alembic.runtime.migration", "alembic.autogenerate"):
    assert not logging.getLogger(name).handlers, name
    assert logging.getLogger(name).level == logging.NOTSET, name
""",
    )


def test_several_commands_in_one_process(first: Service) -> None:
    """A plugin that ``env.py`` registered would be registered twice, which raises."""
    first.run(
        "-c",
        f"""{IN_CODE}
command.upgrade(alembic_config(), "head")
command.check(alembic_config())
assert revise.write_revision("nothing") == []
command.check(alembic_config())
command.downgrade(alembic_config(), "base")
""",
    )
    assert tables(first) == NOTED


def test_two_upgrades_at_once_in_one_process(first: Service) -> None:
    """Alembic's context is global to the process: two threads in it break both."""
    first.run(
        "-c",
        f"""{IN_CODE}
async def main():
    applied = await asyncio.gather(*(upgrade.upgrade() for _ in range(4)))
    assert await upgrade.is_current()
asyncio.run(main())
""",
    )
    assert "invoice" in tables(first)


def test_from_another_working_directory(first: Service, tmp_path: Path) -> None:
    """A path relative to the working directory would lead nowhere, or elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    first.cli("db", "upgrade", cwd=elsewhere)
    configuration = str(first.folder / "pyproject.toml")
    done = first.alembic("-c", configuration, "current", cwd=elsewhere)
    assert "(head)" in done.out
    assert list(elsewhere.iterdir()) == []


def test_percent_in_the_path(first: Service, tmp_path: Path) -> None:
    """ConfigParser takes it for an interpolation."""
    folder = tmp_path / "100% of %(it)s"
    shutil.move(first.folder, folder)
    moved = dataclasses.replace(first, folder=folder)
    assert "1 revision applied" in moved.cli("db", "upgrade").out


def test_comparing_advances_no_sequence(service: Service) -> None:
    """Stock comparison executes a default to compare its value."""
    service.use_models(
        """
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column
from .base import Base

class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(
        sa.Sequence("number", metadata=Base.metadata),
        server_default=sa.text("nextval('public.number')"),
    )
"""
    )
    service.cli("db", "revision", "--first")
    service.alembic("upgrade", "head")
    service.alembic("check")
    assert not service.execute("SELECT is_called FROM number")[0]["is_called"]


def test_a_changed_default_is_found(service: Service) -> None:
    """Defaults that mean the same are left alone, and those that do not are found."""
    models = """
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column
from .base import Base

class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    plain: Mapped[dict] = mapped_column(sa.JSON, server_default='{"a": 1}')
    title: Mapped[str] = mapped_column(server_default="it's")
    due: Mapped[int] = mapped_column(server_default=sa.text("-1"))
    kept: Mapped[str] = mapped_column(server_default=sa.text("'x'"))
"""
    service.use_models(models)
    service.cli("db", "revision", "--first")
    service.alembic("upgrade", "head")
    service.alembic("check")
    changed = models.replace('{"a": 1}', '{"a": 2}').replace("it's", "it''s").replace("-1", "1")
    changed = changed.replace("'x'", "'x'::varchar")
    (service.package / "db" / "models.py").write_text(changed, encoding="utf-8")
    found = service.alembic("check", code=255)
    differences = re.findall(r"'modify_default', None, 'invoice', '(\w+)'", found.out + found.err)
    assert differences == ["plain", "title", "due"]


def test_no_event_loop_is_taken_for_granted(first: Service) -> None:
    """``get_event_loop()`` raises on Python 3.14 where no loop runs; here on every Python."""
    first.run(
        "-c",
        f"""{IN_CODE}
def get_event_loop():
    return asyncio.get_running_loop()
asyncio.get_event_loop = asyncio.events.get_event_loop = get_event_loop
command.upgrade(alembic_config(), "head")
command.check(alembic_config())
""",
    )


def test_the_wheel_holds_what_alembic_loads(first: Service, tmp_path: Path) -> None:
    """Files that are not Python (``script.py.mako``) are easily left out of a wheel."""
    shutil.copy(first.folder / "pyproject.toml", tmp_path)
    built = ["uv", "build", "--wheel", "--quiet", "--out-dir", str(tmp_path / "dist")]
    subprocess.run(built, cwd=first.folder, check=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed / "src")
    assert (installed / "src/invoice_service/db/alembic/script.py.mako").is_file()
    away = dataclasses.replace(first, folder=installed)
    assert "1 revision applied" in away.cli("db", "upgrade").out
    assert "the database is current" in away.cli("db", "check").out
    assert "invoice" in tables(first)


def test_relative_target(migrated: Service) -> None:
    """``+1`` means one revision, whatever the door does before and after."""
    for title in ("one", "two", "three"):
        migrated.alembic("revision", "-m", title)
    applied = migrated.cli("db", "upgrade", "+1").out
    assert re.findall(r"^applied .*?(\w+)\.$", applied, flags=re.M) == ["One"]


def test_dated_file_names(migrated: Service) -> None:
    """In TOML ``file_template`` needs its percent signs doubled."""
    add(migrated, NULLABLE)
    migrated.alembic("revision", "--autogenerate", "-m", "Add the note!")
    name = migrated.revisions()[-1].name
    assert re.fullmatch(r"\d{4}_\d\d_\d\d_\d{4}_add_the_note_[0-9a-f]{12}\.py", name)
