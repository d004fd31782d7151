"""SIGTERM and Ctrl-C: a migration ends between two statements, and the next run goes on."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from .errors import Stopped

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Seconds after which a pause looks whether it shall stop.
_NAP = 0.1
# Not an Event: its lock may be held by the very code that the signal interrupts.
_asked: list[int] = []


@contextmanager
def on_signals() -> Iterator[None]:
    """While the body runs, take a first signal as a wish to stop soon; a second one ends at once.

    Only a process that is ours to end may do this: a command line, in its main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def ask(number: int, frame: FrameType | None) -> None:
        _asked.append(number)
        for each, handler in before.items():
            signal.signal(each, handler)

    _asked.clear()
    for number in _SIGNALS:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _asked.clear()


def check() -> None:
    """Raise Stopped where a signal has asked for it."""
    if _asked:
        raise Stopped(
            "Stopped as asked, between two statements: what is done stays done, and the same "
            "command goes on from there"
        )


def sleep(seconds: float) -> None:
    """Sleep for *seconds*, or until a signal asks to stop: then raise Stopped."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        check()
        time.sleep(min(left, _NAP))


def watch(connection: "AsyncConnection") -> None:
    """Check before each statement on *connection*."""

    @sa.event.listens_for(connection.sync_connection, "before_cursor_execute")
    def _before(*_: Any) -> None:
        check()
