"""From the steps of a command to a plan."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import Script

from ...internals import revision_of
from ...phase import phase_of_revision
from .bystanders import surroundings
from .judge import Judge
from .look import Look
from .plan import Plan, Planned
from .recording import record


def make(
    migration: MigrationContext,
    heads: Iterable[str],
    steps: Iterable[Any],
    seconds: float,
    *,
    is_brief: bool = False,
) -> Plan:
    """Return the plan for *steps* (Alembic's) on the database of *migration*.

    Its connection is in autocommit, and nobody else's; a look at rows has *seconds*. Where it
    *is_brief* nobody reads it: it says whether all can end, and how long that takes.
    """
    assert migration.connection is not None
    plan = Plan(sorted(heads))
    judge = Judge(Look(migration.connection, seconds), is_brief=is_brief)
    for step in steps:
        script = revision_of(step)
        if script is not None:
            judge.begin_revision()
            plan.revisions.append(_planned(script, step.migration_fn, migration, judge))
    if plan.revisions and not is_brief:
        plan.around = surroundings(migration.connection)
    return plan


def _planned(script: Script, function: Any, migration: MigrationContext, judge: Judge) -> Planned:
    phase = phase_of_revision(script)
    planned = Planned(script.revision, phase, script.doc.rstrip("."), str(script.path))
    recording = record(function, script.path, migration)
    planned.steps = [judge.step(one, recording.context, script) for one in recording.operations]
    if recording.stopped is not None:
        planned.notes.append(
            f"{Path(script.path).name} cannot be followed to its end: {recording.stopped}"
        )
    return planned
