"""No revision stops live traffic: each runs on tables with rows while its locks are watched."""

import pytest
from alembic.script import Script

from .walk import outcomes, revisions


@pytest.mark.parametrize("script", revisions(), ids=lambda script: script.revision)
def test_revision_does_not_stop_live_traffic(script: Script) -> None:
    outcome = outcomes()[script.revision]
    if outcome.error:
        pytest.fail(f"{script.path}\n{outcome.error}", pytrace=False)
    if outcome.blocking:
        what = "\n\n".join(outcome.blocking)
        locks = "\n    ".join(outcome.locks)
        pytest.fail(
            f"Revision {script.revision} would stop live traffic.\n\n{what}\n\n"
            "If that is meant, write op.allowed(kind, what, risk) on the line before.\n\n"
            f"All locks while it ran:\n    {locks}",
            pytrace=False,
        )
