"""What Alembic's command line shows; in code, the application's own logging stays as it is."""

import gc
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# The lines that tell of work done; "Context impl …" and its like say nothing to a reader.
_LOGGERS = {
    "alembic.runtime.migration": ("Running", "Backfill", "Took"),
    "alembic.autogenerate": (),
}


def prepare() -> None:
    """Make ready a process that ends with the command it runs."""
    show_progress()
    quick_start()


def quick_start() -> None:
    """Look for no garbage until ``started``: all that is imported lives to the end.

    Walking it again and again while more is imported, and once more at the exit, takes a fifth of
    the time of a command such as ``current``.
    """
    gc.disable()
    gc.freeze()


@contextmanager
def quick() -> Iterator[None]:
    """Do so for the body, which also loads what it needs: a whole command."""
    quick_start()
    try:
        yield
    finally:
        started()


def started() -> None:
    """Look for garbage from now on, but not in what is there already."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


@contextmanager
def ending_process() -> Iterator[None]:
    """On Alembic's own command line, let signals stop the body, with an exit code of their own."""
    # Late, as all that is imported after ``prepare``.
    from alembic import context

    if context.config.cmd_opts is None:
        yield
        return
    from ..session import stop
    from ..session.errors import Stopped

    with stop.on_signals():
        try:
            yield
        except Stopped as stopped:
            print(f"error: {stopped}", file=sys.stderr)
            raise SystemExit(stopped.exit_code) from None
        finally:
            # The exit walks what is not frozen.
            gc.freeze()


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
