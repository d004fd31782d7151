"""Catches a command line that says too much or nothing, or that changes an application's logging."""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from {{ cookiecutter.package_name }}.online.deploy import console
from {{ cookiecutter.package_name }}.online.operations import progress

NAMES = ("alembic.runtime.migration", "alembic.autogenerate")


@contextmanager
def logging_by(*handlers: logging.Handler) -> Iterator[None]:
    """Let *handlers* be all that a process has set up; leave nothing behind."""
    loggers = [logging.root, *(logging.getLogger(name) for name in NAMES)]
    before = [(list(logger.handlers), logger.level) for logger in loggers]
    logging.root.handlers[:] = handlers
    try:
        yield
    finally:
        for logger, (known, level) in zip(loggers, before, strict=True):
            logger.handlers[:] = known
            logger.setLevel(level)


def test_the_lines_that_tell_of_work(capsys: pytest.CaptureFixture[str]) -> None:
    migration, comparison = (logging.getLogger(name) for name in NAMES)
    with logging_by():
        console.show_progress()
        console.show_progress()
        migration.info("Context impl of no interest")
        migration.info("Running upgrade 1 -> 2")
        migration.warning("Waiting for somebody")
        comparison.info("Detected a column")
    said = capsys.readouterr().err
    assert said == "Running upgrade 1 -> 2\nWaiting for somebody\nDetected a column\n"


def test_logging_that_is_set_up_stays() -> None:
    with logging_by(logging.NullHandler()):
        console.prepare()
        assert [logging.getLogger(name).handlers for name in NAMES] == [[], []]


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with progress.Progress("book.title", 100) as shown:
        shown.advance(150, 100)
    assert "book.title" in screen.getvalue()
    assert "100/100" in screen.getvalue()


def test_lines_in_a_log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    caplog.set_level(logging.INFO)
    shown = progress.Progress("book.title", 100)
    shown.advance(40, 4)
    shown.advance(80, 8)
    shown.__exit__(KeyError, KeyError(), None)
    first, second, last = caplog.messages
    assert "40 of about 100 rows" in first
    assert "left" in first
    assert "120 rows" in second
    assert "left" not in second
    assert last.startswith("Backfill of book.title stopped: 12 rows")
