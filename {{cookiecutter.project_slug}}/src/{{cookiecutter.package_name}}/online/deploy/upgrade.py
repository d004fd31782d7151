"""The run-time door: bring the database to this build's revisions, or tell what is missing.

Works in code, from any working directory, from an installed wheel, inside a running loop.
"""

import asyncio
import threading
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ..internals import upgraded_revision
from ..phase import Phase
from ..session import glance, version_table
from ..session.connect import wait_for
from ..session.errors import DatabaseError
from ..session.invocation import DONE
from ..session.scripts import alembic_config, scripts
from ..session.url import load_settings, migrations_url
from . import strangers
from .rollout import targets
from .strangers import Strangers

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

# Alembic's context is global to the process.
one_at_a_time = threading.Lock()


class State(NamedTuple):
    """Where a database stands: what it is *missing*, oldest first, and what else is to be said."""

    missing: list[Script]
    strangers: Strangers | None = None
    edited: str | None = None
    note: str | None = None


async def upgrade(
    revision: str = "heads",
    *,
    phase: Phase | None = None,
    force: bool = False,
    wait: float = 0.0,
    preflight: bool = True,
) -> list[Script]:
    """Apply what is pending up to *revision*; return the revisions applied, oldest first.

    With *phase*, apply only the pending revisions of that deploy phase (see ``rollout.py``); the
    contract phase is refused while old code is connected, unless by *force* (``gate.py``). A
    database that is still starting is waited for, at most *wait* seconds. Nothing starts that a look
    at the database says cannot end (see ``plan/preflight.py``), unless *preflight* is False.
    Raises DatabaseError or Alembic's CommandError with one sentence when that cannot be done.
    """
    if wait:
        await wait_for(migrations_url(), wait)
    applied: list[Script] = []
    for target in [revision] if phase is None else await _targets(phase, force):
        applied += await asyncio.to_thread(_upgrade, target, preflight)
    return applied


async def pending() -> list[Script]:
    """Return the revisions of this build that the database lacks, oldest first.

    A database that is ahead of this build (its heads are unknown here) lacks nothing. Raises
    DatabaseError where they are another service's.
    """
    found = await state()
    if found.strangers is not None and found.strangers.foreign:
        raise DatabaseError(str(found.strangers))
    return found.missing


async def state(*, closely: bool = False) -> State:
    """Return where the database stands; *closely* looks for edited revisions, too."""
    return await glance.ask(migrations_url(), partial(_state, scripts(), closely))


async def is_current() -> bool:
    """Tell whether the database has every revision of this build."""
    return not await pending()


async def current() -> tuple[str, ...]:
    """Return the database's heads, as its version table has them."""
    return await glance.ask(migrations_url(), _heads)


async def heads_on(connection: "AsyncConnection") -> tuple[str, ...]:
    """Return the heads of the database behind *connection*, by one query where there are any."""
    try:
        return tuple(await connection.scalars(version_table.heads()))
    except DBAPIError:
        # Most likely nothing was applied yet, and there is no such table: Alembic looks first.
        await connection.rollback()
        return await connection.run_sync(_heads)


def lacking(known: ScriptDirectory, heads: Collection[str]) -> list[Script]:
    """Return the revisions in *known* that a database at *heads* lacks, oldest first."""
    if set(heads) == set(known.get_heads()):
        return []
    if not set(heads) <= {script.revision for script in known.walk_revisions()}:
        return []
    return list(known.iterate_revisions("heads", tuple(heads), implicit_base=True))[::-1]


async def _targets(phase: Phase, force: bool) -> list[str]:
    stand = await state()
    if stand.strangers is not None:
        raise DatabaseError(str(stand.strangers))
    missing = stand.missing
    found = targets(missing, phase)
    if phase == "contract" and found and not force:
        # Imported late, as all that a command may not need.
        from .gate import refuse_old_code

        await refuse_old_code(migrations_url(), scripts(), up_to(found, missing))
    return found


def up_to(found: list[str], missing: list[Script]) -> list[Script]:
    """Return those of the *missing* revisions that an upgrade to *found* applies."""
    lineage = scripts().iterate_revisions(tuple(found), "base")
    wanted = {script.revision for script in lineage}
    return [script for script in missing if script.revision in wanted]


def _upgrade(revision: str, preflight: bool) -> list[Script]:
    config = alembic_config(no_preflight=not preflight)
    with one_at_a_time:
        command.upgrade(config, revision)
    done = [upgraded_revision(step) for step in config.attributes.get(DONE, [])]
    return [script for script in done if script is not None]


def _state(known: ScriptDirectory, closely: bool, connection: Connection) -> State:
    heads = _heads(connection)
    strange = strangers.look(connection, known, heads)
    missing = lacking(known, heads)
    if strange is not None or not closely or not load_settings().migrations_checksums:
        return State(missing, strange)
    # Imported late, as all that a command may not need.
    from . import applied, edited

    try:
        found = edited.edited(known, heads, applied.read(connection))
    except DatabaseError as error:
        return State(missing, note=f"Edited revisions are not looked for: {error}")
    return State(missing, edited=edited.told(found, heads) if found else None)


def _heads(connection: Connection) -> tuple[str, ...]:
    opts = version_table.options()
    return MigrationContext.configure(connection, opts=opts).get_current_heads()
