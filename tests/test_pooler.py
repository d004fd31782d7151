"""A service whose DATABASE_URL leads through PgBouncer in transaction mode.

What ``docs/scaling.md`` of the service says about poolers is seen here.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import pytest
from pooler import Pooler, running_pooler, version
from service import PACKAGE, Server, Service
from serving import serving
from test_deploying import NUMBER, revision_ids

# Twenty tasks, many more than the pooler has connections, each with statements of its own.
WORK = f"""
import asyncio, collections
import sqlalchemy as sa
from {PACKAGE}.db.session import create_engine, session_of

async def main():
    engine, failures = create_engine(), collections.Counter()
    async def work(task):
        for turn in range(20):
            try:
                async with session_of(engine) as session:
                    kind = (task + turn) % 7
                    got = await session.scalar(sa.text(f"SELECT {{kind}} + :turn"), {{"turn": turn}})
                    assert got == kind + turn, (got, kind, turn)
                    made = "INSERT INTO invoice (name) VALUES (:name) RETURNING name"
                    assert await session.scalar(sa.text(made), {{"name": f"{{task}}/{{turn}}"}})
            except Exception as error:
                failures[type(getattr(error, "orig", error)).__name__] += 1
    await asyncio.gather(*(work(task) for task in range(20)))
    await engine.dispose()
    print(sum(failures.values()), *failures)

asyncio.run(main())
"""
TASKS_TIMES_TURNS = 400


@pytest.fixture(scope="module")
def pooler(server: Server) -> Iterator[Pooler]:
    """A pooler with two connections for each database."""
    with running_pooler(server, size=2) as pooler:
        yield pooler


@pytest.fixture
def pooled(service: Service, pooler: Pooler) -> Service:
    """A service with its first revision, behind the pooler; migrations go past it."""
    service.cli("db", "revision", "--first")
    service.env |= {
        "DATABASE_URL": pooler.url(service.database),
        "DATABASE_POOLING": "transaction",
        "MIGRATIONS_DATABASE_URL": service.server.url(service.database),
    }
    return service


def test_migrations_go_past_it(pooled: Service) -> None:
    """Catches a migration that takes the pooler's connection although it has one of its own."""
    assert "1 revision applied" in pooled.cli("db", "upgrade").out
    pooled.cli("db", "check")


def test_migrations_through_it_are_refused(pooled: Service) -> None:
    """Catches one that runs without its settings, or an error that does not say what helps."""
    pooled.env["MIGRATIONS_DATABASE_URL"] = ""
    told = pooled.cli("db", "upgrade", code=1).err.strip()
    assert "MIGRATIONS_DATABASE_URL" in told
    assert len(told.splitlines()) == 1
    assert pooled.execute("SELECT FROM pg_class WHERE relname = 'invoice'") == []


def test_many_tasks_share_its_connections(pooled: Service) -> None:
    """Catches a statement that is prepared on one connection and used on another."""
    pooled.cli("db", "upgrade")
    assert pooled.run("-c", WORK).out.strip() == "0"
    assert pooled.execute("SELECT count(*) FROM invoice")[0][0] == TASKS_TIMES_TURNS


def test_the_setting_is_what_helps(pooled: Service) -> None:
    """Without it, statements of one replica get into another's way; if not, it can go."""
    if version() >= (1, 21):
        pytest.skip("From 1.21 on PgBouncer can keep track of prepared statements itself")
    pooled.cli("db", "upgrade")
    pooled.env["DATABASE_POOLING"] = "session"
    failed, *kinds = pooled.run("-c", WORK).out.split()
    assert int(failed) > 0
    assert kinds


def test_it_serves_through_it(pooled: Service) -> None:
    """Catches a probe or a request that counts on the connection of the one before."""
    pooled.cli("db", "upgrade")
    with serving(pooled, READINESS_CACHE="0") as served:
        for _ in range(10):
            assert served.get("/health/ready")[0] == 200
            assert served.get("/v1/invoices")[0] == 200


@contextmanager
def client(url: str, name: str) -> Iterator[None]:
    """Keep a client named *name* at *url* that has run one transaction and is idle now."""
    with asyncio.Runner() as runner:
        settings = {"application_name": name}
        connecting = asyncpg.connect(url, server_settings=settings, statement_cache_size=0)
        connection = runner.run(connecting)
        try:
            runner.run(connection.execute("SELECT 1"))
            yield
        finally:
            runner.run(connection.close())


@pytest.fixture
def expanded(service: Service, server: Server) -> Iterator[tuple[Service, str]]:
    """A service with a contract to apply, and its URL through a pooler of one connection."""
    service.cli("db", "revision", "--first")
    service.cli("db", "upgrade")
    models = service.package / "db/models.py"
    models.write_text(models.read_text(encoding="utf-8") + NUMBER, encoding="utf-8")
    service.alembic("revision", "--autogenerate", "-m", "add number")
    service.cli("db", "upgrade", "--phase", "expand")
    with running_pooler(server, size=1) as pooler:
        yield service, pooler.url(service.database)


def test_the_gate_sees_who_worked_last(expanded: tuple[Service, str]) -> None:
    """The pooler passes the name on, and its connection keeps it when the client has gone."""
    service, url = expanded
    old = f"invoice-service/{revision_ids(service)[0]}"
    with client(url, old):
        assert old in service.cli("db", "upgrade", "--phase", "contract", code=1).err
    assert old in service.cli("db", "upgrade", "--phase", "contract", code=1).err
    with client(url, f"invoice-service/{revision_ids(service)[-1]}"):
        assert "1 revision applied" in service.cli("db", "upgrade", "--phase", "contract").out


def test_the_gate_does_not_see_who_waits(expanded: tuple[Service, str]) -> None:
    """An old client is still there, but the connection has worked for a new one since."""
    service, url = expanded
    first, _, contract = revision_ids(service)
    with client(url, f"invoice-service/{first}"), client(url, f"invoice-service/{contract}"):
        assert "1 revision applied" in service.cli("db", "upgrade", "--phase", "contract").out
