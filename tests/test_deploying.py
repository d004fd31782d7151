"""What happens to a deploy: old replicas, signals, a server that is not there.

Catches a contract that runs beside old code, and a signal that loses work or looks like a failure.
Faults: ``test_faults.py``; wrong settings: ``test_configuration.py``.
"""

import asyncio
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import pytest
from service import PACKAGE, Service

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


@pytest.mark.slow
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


def test_waiting_for_a_server_has_an_end(behind: Service) -> None:
    """Nobody answers in time: one sentence."""
    unreachable = "postgresql://nobody@127.0.0.1:1/none"
    behind.env |= {"DATABASE_URL": unreachable}
    finished = behind.cli("db", "upgrade", "--wait", "1", code=1)
    assert "Cannot connect to postgresql+asyncpg://nobody@127.0.0.1:1/none" in finished.err


def test_a_wrong_phase_is_wrong_usage(behind: Service) -> None:
    """Typer names the phases that there are."""
    finished = behind.cli("db", "upgrade", "--phase", "sideways", code=2)
    assert "expand" in finished.err
    assert "Traceback" not in finished.err
