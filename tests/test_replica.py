"""A service that reads from a streaming replica.

What ``docs/scaling.md`` of the service says about replicas is seen here.
"""

import json
import re
from collections.abc import Iterator

import pytest
from replica import Replica, running_replica
from service import PACKAGE, Server, Service
from test_deploying import NUMBER

READ = f"""
import asyncio
import sqlalchemy as sa
from {PACKAGE}.db.session import create_engine, session_of

async def main():
    engine = create_engine()
    async with session_of(engine) as session:
        print(await session.scalar(sa.text("SELECT name FROM invoice")))
        print(await session.scalar(sa.text("SELECT pg_is_in_recovery()")))
    await engine.dispose()

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def replica(server: Server) -> Iterator[Replica]:
    """A replica of the tests' server."""
    with running_replica(server) as replica:
        yield replica


@pytest.fixture
def primary(service: Service) -> Service:
    """A service whose first revision is on the primary, with one row."""
    service.cli("db", "revision", "--first")
    service.cli("db", "upgrade")
    service.execute("INSERT INTO invoice (name) VALUES ('one')")
    return service


def on(replica: Replica, service: Service) -> dict[str, str]:
    """Return the environment of a replica of the *service* that uses the *replica*."""
    return {"DATABASE_URL": replica.url(service.database)}


def test_it_reads(primary: Service, replica: Replica) -> None:
    """Catches an engine that writes, or sets what a replica refuses, when it connects."""
    replica.catch_up(primary.server)
    primary.env |= on(replica, primary)
    assert primary.run("-c", READ).out.split() == ["one", "True"]
    primary.cli("db", "check")


def test_a_revision_arrives_with_the_data(primary: Service, replica: Replica) -> None:
    """Catches a check that trusts the primary while the replica has not replayed the revision."""
    models = primary.package / "db/models.py"
    models.write_text(models.read_text(encoding="utf-8") + NUMBER, encoding="utf-8")
    primary.alembic("revision", "--autogenerate", "-m", "add number")
    replica.catch_up(primary.server)
    replica.ask("SELECT pg_wal_replay_pause()")
    try:
        primary.cli("db", "upgrade")
        primary.cli("db", "check")
        primary.env |= on(replica, primary)
        assert primary.cli("db", "check", code=1).out.count("pending") == 2
    finally:
        replica.ask("SELECT pg_wal_replay_resume()")
    replica.catch_up(primary.server)
    primary.cli("db", "check")


def test_it_cannot_be_migrated(primary: Service, replica: Replica) -> None:
    """Catches a traceback where somebody migrates the wrong server."""
    models = primary.package / "db/models.py"
    models.write_text(models.read_text(encoding="utf-8") + NUMBER, encoding="utf-8")
    primary.alembic("revision", "--autogenerate", "-m", "add number")
    replica.catch_up(primary.server)
    primary.env |= on(replica, primary)
    told = primary.cli("db", "upgrade", code=1).err.strip()
    assert "read only" in told
    assert "Traceback" not in told


def test_a_plan_tells_how_far_it_is_behind(primary: Service, replica: Replica) -> None:
    """Catches a plan that does not see who follows the server."""
    primary.alembic("revision", "-m", "by hand")
    replica.catch_up(primary.server)
    plan = json.loads(primary.cli("db", "plan", "--json").out)
    [found] = plan["around"]["replicas"]
    assert found["lag_bytes"] is not None
    assert found["lag_bytes"] < 1024**2
    assert re.search(rf"^replica {found['name']}: .* behind$", primary.cli("db", "plan").out, re.M)
    primary.env |= on(replica, primary)
    assert "This server is itself a replica" in primary.cli("db", "plan").out
