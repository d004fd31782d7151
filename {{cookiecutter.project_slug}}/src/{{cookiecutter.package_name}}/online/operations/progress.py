"""Progress of a long operation: a bar on a terminal, now and then a line in a log."""

from __future__ import annotations

import logging
import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

log = logging.getLogger("alembic.runtime.migration")
SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """Count rows of a known estimate; a context manager."""

    def __init__(self, what: str, estimate: int) -> None:
        """Name what is being done and about how many rows there are."""
        self._what = what
        self._estimate = estimate
        self._seen = 0
        self._written = 0
        self._started = self._last_line = time.monotonic()
        self._bar = _bar(what, estimate) if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        """Show the bar, where there is a terminal."""
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away and log what was done."""
        if self._bar is not None:
            self._bar.stop()
        elapsed = time.monotonic() - self._started
        end = "stopped" if kind else "done"
        log.info("Backfill of %s %s: %d rows in %.1f s", self._what, end, self._written, elapsed)

    def advance(self, seen: int, written: int) -> None:
        """Count one batch: rows walked, and rows written among them."""
        self._seen += seen
        self._written += written
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=min(self._seen, self._estimate))
        elif time.monotonic() - self._last_line > SECONDS_BETWEEN_LINES:
            self._last_line = time.monotonic()
            rate = self._seen / (self._last_line - self._started)
            log.info("Backfill of %s: %s", self._what, self._so_far(rate))

    def _so_far(self, rate: float) -> str:
        if self._seen >= self._estimate:  # the planner's statistics do not know better
            return f"{self._seen} rows, {rate:.0f} rows/s"
        left = (self._estimate - self._seen) / rate
        return (
            f"{self._seen} of about {self._estimate} rows, {rate:.0f} rows/s, "
            f"about {left:.0f} s left"
        )


def _bar(what: str, estimate: int) -> Bar:
    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(show_speed=True),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    bar.add_task(what, total=estimate or None)
    return bar
