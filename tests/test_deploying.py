"""What happens to a deploy: old replicas, signals, a server that starts, faults, wrong settings.

Catches a contract that runs beside old code, a signal that loses work or looks like a failure,
and errors that come as a traceback or show a password.
"""

import asyncio
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import pytest
from service import PACKAGE, Server, Service

NUMBER = (
    '    number: Mapped[str] = mapped_column(sa.String(20), info={"backfill": "\'N\' || id"})\n'
)
EXIT_STOPPED = 75


@pytest.fixture
def behind(service: Service) -> Service:
    """A service with rows in its table, an expand and a contract to apply."""
    service.cli("db", "revision", "--first")
    service.cli("db", "upgrade")
    service.execute("INSERT INTO invoice (name) SELECT 'n' || i FROM generate_series(1, 5000) i")
    models = service.package / "db" / "models.py"
    models.write_text(models.read_text(encoding="utf-8") + NUMBER, encoding="utf-8")
    service.alembic("revision", "--autogenerate", "-m", "add number")
    return service


@contextmanager
def connected(service: Service, name: str) -> Iterator[int]:
    """Keep a connection named *name* open; yield its pid."""
    with asyncio.Runner() as runner:
        url = service.server.url(service.database)
        settings = {"application_name": name}
        connection = runner.run(asyncpg.connect(url, server_settings=settings))
        try:
            yield connection.get_server_pid()
        finally:
            runner.run(connection.close())


def revision_ids(service: Service) -> list[str]:
    """Return the identifiers of the first revision, the expand and the contract."""
    told = service.alembic("history").out.splitlines()
    return [line.split(" -> ")[1].split()[0].rstrip(",") for line in told][::-1]


def test_connections_say_which_revisions_the_code_has(behind: Service) -> None:
    """The engine of the service carries slug and head."""
    code = (
        "import asyncio, sqlalchemy as sa\n"
        f"from {PACKAGE}.db.session import create_engine, session_of\n"
        "async def main():\n"
        "    engine = create_engine()\n"
        "    async with session_of(engine) as session:\n"
        "        print(await session.scalar(sa.text('SHOW application_name')))\n"
        "    await engine.dispose()\n"
        "asyncio.run(main())\n"
    )
    assert behind.run("-c", code).out.strip() == f"invoice-service/{revision_ids(behind)[-1]}"


def test_the_gate(behind: Service) -> None:
    """Closed beside old and unknown code, open beside new code and strangers."""
    first, expand, contract = revision_ids(behind)
    behind.cli("db", "upgrade", "--phase", "expand")
    for old in (f"invoice-service/{first}", "invoice-service/unknown", "invoice-service/"):
        with connected(behind, old) as pid:
            refused = behind.cli("db", "upgrade", "--phase", "contract", code=1).err
        assert f"pid {pid} ({old}) from this machine" in refused
        assert contract in refused
        assert "Traceback" not in refused
    assert behind.cli("db", "check", code=1).out.count("pending") == 1
    with connected(behind, f"invoice-service/{expand}"), connected(behind, "psql"):
        assert "1 revision applied" in behind.cli("db", "upgrade", "--phase", "contract").out


def test_force_opens_the_gate(behind: Service) -> None:
    """Who knows better may go ahead; --force alone means nothing and says so."""
    behind.cli("db", "upgrade", "--phase", "expand")
    assert "--phase contract" in behind.cli("db", "upgrade", "--force", code=2).err
    with connected(behind, f"invoice-service/{revision_ids(behind)[0]}"):
        told = behind.cli("db", "upgrade", "--phase", "contract", "--force").out
    assert "1 revision applied" in told


def test_a_contract_written_alone_needs_code_that_ships_it(behind: Service) -> None:
    """The head of the release before does not vouch for a rule that came later."""
    behind.cli("db", "upgrade")
    behind.alembic("-x", "phase=contract", "revision", "-m", "a rule of its own")
    before = revision_ids(behind)[-2]
    with connected(behind, f"invoice-service/{before}"):
        behind.cli("db", "upgrade", "--phase", "contract", code=1)
    assert "1 revision applied" in behind.cli("db", "upgrade", "--phase", "contract").out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
@pytest.mark.parametrize("line", [(PACKAGE, "db", "upgrade"), ("alembic", "upgrade", "heads")])
def test_a_signal_stops_between_two_batches(
    behind: Service, number: signal.Signals, line: tuple[str, ...]
) -> None:
    """The exit code is its own, what is done stays, and the same command finishes."""
    expand = behind.written_for("expand")
    text = expand.read_text(encoding="utf-8")
    assert "op.backfill(" in text
    slow = re.sub(r"(op\.backfill\(.*)\)$", r"\1, pause=40.0)", text, count=1, flags=re.M)
    assert slow != text
    expand.write_text(slow, encoding="utf-8")
    command = [str(behind.python), "-m", *line]
    process = subprocess.Popen(
        command,
        cwd=behind.folder,
        env=behind.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    filled = "SELECT count(*) FROM invoice WHERE number IS NOT NULL"
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        columns = behind.execute("SELECT FROM pg_attribute WHERE attname = 'number'")
        if columns and behind.execute(filled)[0][0]:
            break
        time.sleep(0.05)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == EXIT_STOPPED, err
    assert "Stopped as asked" in err
    assert "Traceback" not in err
    assert 0 < behind.execute(filled)[0][0] < 5000
    expand.write_text(text, encoding="utf-8")
    behind.cli("db", "upgrade")
    behind.cli("db", "check")
    assert behind.execute("SELECT count(*) FROM invoice WHERE number = 'N' || id")[0][0] == 5000


def test_it_waits_for_a_server_that_starts(behind: Service) -> None:
    """Nobody answers at first; a wrong password is not waited for."""
    unreachable = "postgresql://nobody@127.0.0.1:1/none"
    behind.env |= {"DATABASE_URL": unreachable}
    finished = behind.cli("db", "upgrade", "--wait", "1", code=1)
    assert "Cannot connect to postgresql+asyncpg://nobody@127.0.0.1:1/none" in finished.err
    code = (
        "import asyncio\n"
        f"from {PACKAGE}.db import connect, upgrade\n"
        "from sqlalchemy import make_url\n"
        "original, tries = connect._open, []\n"
        "async def later(connection, url):\n"
        "    tries.append(1)\n"
        "    if len(tries) < 3: raise connect.Unreachable('not yet')\n"
        "    return await original(connection, url)\n"
        "connect._open = later\n"
        "print(len(asyncio.run(upgrade.upgrade(wait=30))))\n"
    )
    behind.env.pop("DATABASE_URL")
    assert behind.run("-c", code).out.strip() == "2"


@pytest.mark.parametrize(
    "setting", ["statement_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout"]
)
def test_timeouts_of_the_database_do_not_reach_migrations(behind: Service, setting: str) -> None:
    """What is right for the service's queries must not end a backfill or the lock."""
    behind.execute(f"ALTER DATABASE {behind.database} SET {setting} = '20ms'")
    assert "2 revisions applied" in behind.cli("db", "upgrade").out


def test_a_connection_that_the_server_ends(behind: Service) -> None:
    """One sentence, exit code 1, and the same command finishes."""
    expand = behind.written_for("expand")
    text = expand.read_text(encoding="utf-8")
    marked = text.replace("def upgrade() -> None:\n", "def upgrade() -> None:\n    PAUSE\n", 1)
    pause = 'op.execute("SELECT pg_sleep(60)")'
    expand.write_text(marked.replace("PAUSE", pause), encoding="utf-8")

    def end() -> None:
        deadline = time.monotonic() + 60
        query = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE wait_event = 'PgSleep' AND datname = current_database()"
        )
        while not behind.execute(query) and time.monotonic() < deadline:
            time.sleep(0.05)

    thread = threading.Thread(target=end)
    thread.start()
    finished = behind.cli("db", "upgrade", code=1)
    thread.join()
    assert "The database could not go on" in finished.err
    assert "Traceback" not in finished.err
    expand.write_text(text, encoding="utf-8")
    assert "2 revisions applied" in behind.cli("db", "upgrade").out


BAD = {
    "no URL": ({"DATABASE_URL": "nonsense s3cret"}, (), "cannot be read"),
    "driver": ({"DATABASE_URL": "mysql://a:s3cret@h/d"}, (), "runs on PostgreSQL"),
    "server": ({"DATABASE_URL": "postgresql://a:s3cret@127.0.0.1:1/d"}, (), "Cannot connect"),
    "environment": ({"ENVIRONMENT": "staging"}, (), "ENVIRONMENT"),
    "timeout": ({"MIGRATIONS_LOCK_TIMEOUT": "-1"}, (), "MIGRATIONS_LOCK_TIMEOUT"),
    "revision": ({}, ("nowhere",), "nowhere"),
}


@pytest.mark.parametrize("case", BAD)
def test_wrong_settings_are_told_in_one_sentence(behind: Service, case: str) -> None:
    """No traceback, no password, nothing changed."""
    env, arguments, expected = BAD[case]
    behind.env |= env
    finished = behind.cli("db", "upgrade", *arguments, code=1)
    assert expected in finished.err
    assert len(finished.err.strip().splitlines()) == 1
    assert "s3cret" not in finished.err + finished.out


def test_a_wrong_phase_is_wrong_usage(behind: Service) -> None:
    """Typer names the phases that there are."""
    finished = behind.cli("db", "upgrade", "--phase", "sideways", code=2)
    assert "expand" in finished.err
    assert "Traceback" not in finished.err


def test_several_heads(behind: Service) -> None:
    """The one head that is asked for does not exist; the message is Alembic's own."""
    first = revision_ids(behind)[0]
    behind.alembic("revision", "-m", "another branch", "--head", first, "--splice")
    finished = behind.cli("db", "upgrade", "head", code=1)
    assert "Multiple head revisions" in finished.err
    assert "Traceback" not in finished.err


def test_missing_database_password_and_rights(behind: Service, server: Server) -> None:
    """Each refusal of the server has its sentence."""
    info = server.postgres.get_postmaster_info()
    place = f"host={info.socket_dir}&port={info.port}"
    role = f"limited_{os.getpid()}"
    server.execute(f"CREATE ROLE {role} LOGIN PASSWORD 's3cret'")
    try:
        behind.env["DATABASE_URL"] = f"postgresql://postgres@/missing?{place}"
        assert "the database does not exist" in behind.cli("db", "upgrade", code=1).err
        behind.env["DATABASE_URL"] = f"postgresql://{role}:s3cret@/{behind.database}?{place}"
        told = behind.cli("db", "upgrade", code=1).err
        assert "the role lacks a right" in told
        assert len(told.strip().splitlines()) == 1
        assert "s3cret" not in told
    finally:
        server.execute(f"DROP ROLE {role}")
