"""From the steps of a command to a plan."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from ... import service
from ...database import backfilling
from ...internals import revision_of
from ...phase import phase_of_revision
from .judge import Judge
from .look import Look
from .plan import Hindrance, Plan, Planned
from .recording import record

# Importing one operation of the database registers all of them.
__all__ = ["backfilling", "make"]


def make(
    connection: Connection,
    known: ScriptDirectory,
    heads: Iterable[str],
    steps: Iterable[Any],
    seconds: float,
) -> Plan:
    """Return the plan for *steps* (Alembic's) on the database behind *connection*.

    The connection is in autocommit, and nobody else's; a look at rows has *seconds*.
    """
    assert backfilling
    service.rules()  # It registers operations of the service's own.
    plan = Plan(sorted(heads))
    look = Look(connection, seconds)
    judge = Judge(look)
    for step in steps:
        script = revision_of(step)
        if script is None:
            continue
        recording = record(step.migration_fn, script.path, connection.dialect, known)
        planned = Planned(
            script.revision, phase_of_revision(script), script.doc.rstrip("."), str(script.path)
        )
        planned.steps = [judge.step(one, recording.context) for one in recording.operations]
        if recording.stopped is not None:
            planned.notes.append(
                f"{Path(script.path).name} asks the database itself, and cannot be followed from "
                f"there on ({recording.stopped})"
            )
        plan.revisions.append(planned)
    return plan


def unknown(known: ScriptDirectory, heads: Iterable[str]) -> list[str]:
    """Return those of the database's *heads* that this code does not know."""
    revisions = {script.revision for script in known.walk_revisions()}
    return sorted(set(heads) - revisions)


def of_unknown(names: list[str]) -> Hindrance:
    """Return the reason that the database is at revisions which this code does not know."""
    return Hindrance(unknown_told(names))


def unknown_told(names: list[str]) -> str:
    """Return that as a sentence."""
    listed = ", ".join(names)
    return (
        f"The database is at {listed}, which this code does not know: a newer release, a branch "
        "that was not merged, or another service has migrated it. Take the code that has "
        f"{'it' if len(names) == 1 else 'them'}, or another database"
    )
