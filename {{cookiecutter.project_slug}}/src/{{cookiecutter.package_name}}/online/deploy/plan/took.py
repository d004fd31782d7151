"""What each revision took, logged beside what was estimated: an estimate that was wrong is seen."""

import functools
import logging
import time
from collections.abc import Iterator, Mapping
from typing import Any

from alembic.runtime.migration import MigrationContext

from ...internals import revision_of
from ...session.invocation import CommandFunction
from .amounts import between, duration
from .ranges import Range

log = logging.getLogger("alembic.runtime.migration")


class Took:
    """Over all tries of a command: waits for locks are part of what a revision took."""

    def __init__(self) -> None:
        """Begin with nothing expected."""
        self._expected: Mapping[str, Range] = {}
        self._begun: dict[str, float] = {}

    def expect(self, ranges: Mapping[str, Range]) -> None:
        """Take what each revision is estimated to take."""
        self._expected = ranges

    def told_of(self, function: CommandFunction) -> CommandFunction:
        """Return *function* so that what each of its steps took is logged."""

        @functools.wraps(function)
        def timed(heads: Any, migration: MigrationContext) -> Iterator[Any]:
            for step in function(heads, migration):
                script = revision_of(step)
                if script is not None:
                    self._begun.setdefault(script.revision, time.monotonic())
                yield step
                # Alembic asks for the next step after the commit of this one.
                if script is not None:
                    self._tell(script.revision)

        return timed

    def _tell(self, revision: str) -> None:
        if (expected := self._expected.get(revision)) is None:
            return
        seconds = time.monotonic() - self._begun[revision]
        log.info("Took %s (estimated: %s): %s", duration(seconds), between(expected), revision)
