"""Faults of client, server and network, before each statement of an expand and of a contract.

Catches an upgrade that such a fault leaves half done, for good or for the traffic beside it:
whatever happened, the same command goes on from there, and in the end schema and rows are those
of an upgrade that nothing disturbed. Writers work all the time.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.commands import Command
from faults.kinds import FAILED, FAULTS, STOPPED, Fault
from faults.moments import close, gates, open_again, wait_at_gate
from faults.release import PHASES, Release, prepared
from faults.traffic import assert_agrees, traffic
from service import Server, running_server


@pytest.fixture(scope="module")
def own_server(_environment: None) -> Iterator[Server]:
    """A server of our own, for it will be restarted."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="module")
def release(
    baked: Path, own_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    """A release to apply, on a database that has rows."""
    with prepared(baked, tmp_path_factory.mktemp("faults") / "service", own_server) as release:
        yield release


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_before_each_statement(release: Release, name: str) -> None:
    """One deploy, struck before each of its statements in turn."""
    fault = FAULTS[name]
    with release.copied() as service:
        with gates(service), traffic(service) as writers:
            for phase in PHASES:
                writers.deploy(phase)
                for statement in release.moments[phase]:
                    strike(release, fault, phase, statement)
                assert deploy(release, phase).wait() == 0
        assert fault.hits_all or writers.broken == []
        assert_agrees(service, writers)
        assert_as_undisturbed(release)


def strike(release: Release, fault: Fault, phase: str, statement: str) -> None:
    """Deploy, let *fault* strike before *statement*, and see how that ends."""
    service = release.service
    close(service, statement)
    command = deploy(release, phase)
    wait_at_gate(service, command, statement)
    fault.strike(service, command)
    if fault.code != FAILED:
        open_again(service)
    code = command.wait()
    open_again(service)
    if statement == release.moments[phase][-1] and fault.code == STOPPED and code == 0:
        return  # it came too late: all was done
    assert code == fault.code, command.said()
    assert fault.says in command.said()
    assert "Traceback" not in command.said()


def deploy(release: Release, phase: str, **environment: str) -> Command:
    """Start the command that applies *phase*."""
    url = release.service.server.url(release.service.database)
    environment = {"DATABASE_URL": url} | environment
    return release.commands.start("db", "upgrade", "--phase", phase, **environment)


def assert_as_undisturbed(release: Release) -> None:
    """Schema and rows are as after an upgrade that nothing disturbed."""
    service = release.service
    assert service.server.dump(service.database) == release.schema
    assert service.execute("SELECT FROM invoice WHERE slug <> lower(name) OR note <> '-'") == []
