"""Catches a migration that a signal cuts off in a statement, or that no signal ends."""

import os
import signal
import threading
import time

import pytest

from {{ cookiecutter.package_name }}.online.session import stop
from {{ cookiecutter.package_name }}.online.session.errors import Stopped

from .support import Database, Sandbox, book

ASK = "    import os, signal\n    os.kill(os.getpid(), signal.SIGTERM)\n"


@pytest.fixture
def stopping(sandbox: Sandbox) -> Sandbox:
    """Write two revisions; in the first a signal arrives."""
    sandbox.by_hand(ASK)
    sandbox.by_hand('    op.execute("CREATE TABLE book (id int)")')
    return sandbox


def test_a_signal_ends_it_between_two_statements(stopping: Sandbox) -> None:
    with stop.on_signals(), pytest.raises(Stopped, match="the same command goes on") as stopped:
        stopping.upgrade()
    assert stopped.value.exit_code == 75


async def test_the_next_run_goes_on(stopping: Sandbox, database: Database) -> None:
    with stop.on_signals(), pytest.raises(Stopped):
        stopping.upgrade()
    for path in stopping.files():
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(ASK, "    pass\n"), encoding="utf-8")
    stopping.upgrade()
    assert await database.values("SELECT count(*) FROM book") == [0]


def test_the_command_line_has_an_exit_code_for_it(
    stopping: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        stopping.type_command(book(), "upgrade", "head")
    assert ended.value.code == 75
    assert "error: Stopped as asked" in capfd.readouterr().err


def test_a_second_signal_is_the_systems(capfd: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stop.on_signals():
        assert signal.getsignal(signal.SIGTERM) is not before
        os.kill(os.getpid(), signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) is before
    stop.check()


def test_sleep_ends_early() -> None:
    with stop.on_signals():
        started = time.monotonic()
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
        with pytest.raises(Stopped):
            stop.sleep(30)
        assert time.monotonic() - started < 10


def test_a_thread_leaves_signals_alone() -> None:
    found: list[object] = []

    def work() -> None:
        with stop.on_signals():
            found.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.getsignal(signal.SIGTERM)]
