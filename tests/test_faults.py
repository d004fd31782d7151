"""Faults of client, server and network, before each statement of an expand and of a contract.

Catches an upgrade that such a fault leaves half done, for good or for the traffic beside it:
whatever happened, the same command goes on from there, and in the end schema and rows are those
of an upgrade that nothing disturbed. Writers work all the time.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.commands import Command
from faults.kinds import FAILED, FAULTS, STOPPED, Fault, restart
from faults.moments import close, gates, open_again, wait_at_gate
from faults.network import network_before
from faults.release import PHASES, Release, prepared
from faults.traffic import assert_agrees, traffic
from killing import open_transaction
from service import Server, running_server

pytestmark = pytest.mark.slow

QUEUEING = """
    SELECT FROM pg_stat_activity WHERE query LIKE '%pg_try_advisory_lock%'
    AND datname = current_database() AND pid <> pg_backend_pid()
"""
TIMEOUTS = ("statement_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout")


@pytest.fixture(scope="module")
def own_server(_environment: None) -> Iterator[Server]:
    """A server of our own, for it will be restarted."""
    with running_server() as server:
        # It crashes, the machine does not: what it has written is there. Restarts are quicker so.
        server.execute("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
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


def test_a_restart_while_others_queue(release: Release) -> None:
    """A command that waits for another migrator is told of the restart in one sentence."""
    with release.copied() as service:
        key = "import invoice_service.online.postgresql.session.lock as lock; print(*lock._KEY.values(), sep=', ')"
        taken = f"SELECT pg_advisory_lock({service.run('-c', key).out})"
        with open_transaction(service, taken):
            command = deploy(release, "expand")
            command.until(lambda: service.execute(QUEUEING))
            time.sleep(0.5)
            restart(service.server, "fast")
            assert command.wait() == FAILED
        assert "could not go on" in command.said()
        assert len(command.said().splitlines()) == 1
        for phase in PHASES:
            assert deploy(release, phase).wait() == 0
        assert_as_undisturbed(release)


def test_timeouts_of_the_role(release: Release) -> None:
    """However long each statement takes, what is meant for the service does not end it."""
    with release.copied() as service, gates(service):
        service.execute("CREATE ROLE hurried SUPERUSER LOGIN")
        for setting in TIMEOUTS:
            service.execute(f"ALTER ROLE hurried SET {setting} = '50ms'")
        hurried = service.server.url(service.database).replace("postgres@", "hurried@")
        for phase in PHASES:
            first, *others = release.moments[phase]
            close(service, first)
            command = deploy(release, phase, DATABASE_URL=hurried)
            for held, following in zip([first, *others], [*others, None], strict=True):
                wait_at_gate(service, command, held)
                time.sleep(0.1)
                if following is not None:
                    close(service, following)
                open_again(service, held)
            assert command.wait() == 0, command.said()


def test_a_network_that_swallows_everything(release: Release) -> None:
    """No reset, no end, no answer: the command gives up, and goes on when the network is back."""
    with release.copied() as service, network_before(service.server) as network:
        through = f"postgresql://postgres@127.0.0.1:{network.port}/{service.database}"
        settings = {"DATABASE_URL": through, "MIGRATIONS_ANSWER_PATIENCE": "1"}
        with gates(service), traffic(service) as writers:
            for phase in PHASES:
                writers.deploy(phase)
                for statement in release.moments[phase][::7]:
                    close(service, statement)
                    command = deploy(release, phase, **settings)
                    wait_at_gate(service, command, statement)
                    network.fall_silent()
                    assert command.wait(10) == FAILED
                    assert "does not answer" in command.said()
                    assert "Traceback" not in command.said()
                    network.come_back()
                    open_again(service)
                assert deploy(release, phase, **settings).wait() == 0
        network.fall_silent()
        command = deploy(release, "expand", **settings)
        assert command.wait(10) == FAILED
        assert "nobody answers" in command.said()
        assert writers.broken == []
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
    assert code == fault.code, f"{statement}:\n{command.said()}"
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
