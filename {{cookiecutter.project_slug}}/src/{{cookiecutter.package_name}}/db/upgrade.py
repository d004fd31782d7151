"""The run-time door: bring the database to this build's revisions, or tell what is missing.

Works in code, from any working directory, from an installed wheel, inside a running loop.
"""

import asyncio
import threading

from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import Connection

from .alembic.commands import DONE
from .config import alembic_config, scripts
from .connect import connection_to, wait_for
from .gate import refuse_old_code
from .rollout import Phase, targets
from .url import migrations_url

# Alembic's context is global to the process.
_one_at_a_time = threading.Lock()


async def upgrade(
    revision: str = "heads", *, phase: Phase | None = None, force: bool = False, wait: float = 0.0
) -> list[Script]:
    """Apply what is pending up to *revision*; return the revisions applied, oldest first.

    With *phase*, apply only the pending revisions of that deploy phase (see ``rollout.py``); the
    contract phase is refused while old code is connected, unless by *force* (``gate.py``). A
    database that is still starting is waited for, at most *wait* seconds.
    Raises DatabaseError or Alembic's CommandError with one sentence when that cannot be done.
    """
    if wait:
        await wait_for(migrations_url(), wait)
    applied: list[Script] = []
    for target in [revision] if phase is None else await _targets(phase, force):
        applied += await asyncio.to_thread(_upgrade, target)
    return applied


async def pending() -> list[Script]:
    """Return the revisions of this build that the database lacks, oldest first.

    A database that is ahead of this build (its heads are unknown here) lacks nothing.
    """
    heads = await current()
    known = scripts()
    if any(not _knows(head) for head in heads):
        return []
    missing = known.iterate_revisions("heads", heads, implicit_base=True)
    return list(missing)[::-1]


async def is_current() -> bool:
    """Tell whether the database has every revision of this build."""
    return not await pending()


async def current() -> tuple[str, ...]:
    """Return the database's heads, as ``alembic_version`` has them."""
    async with connection_to(migrations_url(), prompt=True) as connection:
        return await connection.run_sync(_heads)


async def _targets(phase: Phase, force: bool) -> list[str]:
    missing = await pending()
    found = targets(missing, phase)
    if phase == "contract" and found and not force:
        await refuse_old_code(migrations_url(), scripts(), _up_to(found, missing))
    return found


def _up_to(found: list[str], missing: list[Script]) -> list[Script]:
    """Return those of the *missing* revisions that an upgrade to *found* applies."""
    lineage = scripts().iterate_revisions(tuple(found), "base")
    wanted = {script.revision for script in lineage}
    return [script for script in missing if script.revision in wanted]


def _upgrade(revision: str) -> list[Script]:
    config = alembic_config()
    with _one_at_a_time:
        command.upgrade(config, revision)
    return [step.revision for step in config.attributes.get(DONE, [])]


def _heads(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()


def _oldest_first() -> list[Script]:
    return list(scripts().walk_revisions())[::-1]


def _knows(revision: str) -> bool:
    return any(script.revision == revision for script in _oldest_first())
