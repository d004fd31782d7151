"""The previous release lives beside each expand; phases are declared and in order."""

import pytest
from alembic.script import Script

from .walk import declared_phase, outcomes, revisions

PHASES = ("expand", "contract")
every_revision = pytest.mark.parametrize("script", revisions(), ids=lambda script: script.revision)


@every_revision
def test_both_releases_work_between_the_phases(script: Script) -> None:
    outcome = outcomes()[script.revision]
    if outcome.error:
        pytest.fail(f"{script.path}\n{outcome.error}", pytrace=False)
    if outcome.breaking:
        what = "\n".join(outcome.breaking)
        pytest.fail(
            f"Revision {script.revision} breaks a release that runs beside it.\n\n{what}\n\n"
            "An expand may only loosen the schema; a contract, which runs after the last old code "
            "is gone, tightens it.",
            pytrace=False,
        )


@every_revision
def test_revision_declares_its_phase(script: Script) -> None:
    assert declared_phase(script) in PHASES, (
        f'write phase = "expand" or "contract" in {script.path}'
    )


@every_revision
def test_contract_follows_something_to_contract(script: Script) -> None:
    first = script.down_revision is None and not script.dependencies
    assert not (first and declared_phase(script) == "contract"), "the first revision is an expand"
