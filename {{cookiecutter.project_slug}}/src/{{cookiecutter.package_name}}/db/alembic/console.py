"""What Alembic's command line shows; in code, the application's own logging stays as it is."""

import logging
import sys

# The lines that tell of work done; "Context impl …" and its like say nothing to a reader.
_LOGGERS = {"alembic.runtime.migration": ("Running", "Backfill"), "alembic.autogenerate": ()}


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
