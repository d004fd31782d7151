"""A database that is still starting when the service is deployed.

Catches ``db upgrade --wait`` that gives up on a server that comes late, or that waits for what
waiting cannot mend.
"""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.passwords import free_port, start, stop
from service import PACKAGE, Server, Service, copy, running_server


@pytest.fixture
def late(baked: Path, tmp_path: Path, _environment: None) -> Iterator[tuple[Service, Server, int]]:
    """A service, its server, which is stopped, and the port on which it will listen."""
    with running_server() as server:
        server.execute("CREATE ROLE app LOGIN PASSWORD 's3cret'", "CREATE DATABASE app OWNER app")
        stop(server)
        service, port = copy(baked, tmp_path / "service", server, "app"), free_port()
        service.env["DATABASE_URL"] = f"postgresql://app:s3cret@127.0.0.1:{port}/app"
        service.env["SCRATCH_DATABASE_URL"] = ""
        service.cli("db", "revision", "--first")
        yield service, server, port


def test_it_waits_for_the_server(late: tuple[Service, Server, int]) -> None:
    """Nobody listens, then the server starts, and the revision is applied."""
    service, server, port = late
    assert "Cannot connect" in service.cli("db", "upgrade", code=1).err
    with subprocess.Popen(
        [str(service.python), "-m", PACKAGE, "db", "upgrade", "--wait", "60"],
        cwd=service.folder,
        env=service.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(3)
        assert process.poll() is None, process.communicate()
        start(server, port)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "1 revision applied" in out
    service.env["DATABASE_PASSWORD"] = "wrong-s3cret"
    began = time.monotonic()
    refused = service.cli("db", "upgrade", "--wait", "100", code=1).err
    assert "the user name or the password is wrong" in refused
    assert "s3cret" not in refused
    assert time.monotonic() - began < 50
