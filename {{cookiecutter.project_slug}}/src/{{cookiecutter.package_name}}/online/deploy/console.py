"""What Alembic's command line shows; in code, the application's own logging stays as it is."""

import gc
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context

from ..session import stop
from ..session.errors import Stopped

# The lines that tell of work done; "Context impl …" and its like say nothing to a reader.
_LOGGERS = {"alembic.runtime.migration": ("Running", "Backfill"), "alembic.autogenerate": ()}


def prepare() -> None:
    """Make ready a process that ends with the command it runs."""
    show_progress()
    # All that was imported lives to the end: walking it again and again, and once more at the
    # exit, costs a command such as ``current`` a tenth of its time.
    gc.freeze()


@contextmanager
def ending_process() -> Iterator[None]:
    """On Alembic's own command line, let signals stop the body, with an exit code of their own."""
    if context.config.cmd_opts is None:
        yield
        return
    with stop.on_signals():
        try:
            yield
        except Stopped as stopped:
            print(f"error: {stopped}", file=sys.stderr)
            raise SystemExit(stopped.exit_code) from None


def show_progress() -> None:
    """Write Alembic's progress to stderr, one plain line each, unless logging is set up."""
    if logging.root.handlers:
        return
    for name, beginnings in _LOGGERS.items():
        logger = logging.getLogger(name)
        if logger.handlers:
            continue
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        handler.addFilter(_BeginsWith(beginnings))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)


class _BeginsWith(logging.Filter):
    def __init__(self, beginnings: tuple[str, ...]) -> None:
        super().__init__()
        self._beginnings = beginnings

    def filter(self, record: logging.LogRecord) -> bool:
        """Let warnings pass, and the lines that begin as chosen."""
        if record.levelno > logging.INFO or not self._beginnings:
            return True
        return record.getMessage().startswith(self._beginnings)
