"""``db plan``: what an upgrade would do to the real database, which stays as it is."""

from typing import Any

from alembic.runtime.environment import EnvironmentContext
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from ...internals import upgrade_steps
from ...phase import Phase
from ...session.connect import connection_to
from ...session.errors import DatabaseError
from ...session.scripts import alembic_config, scripts
from ...session.url import load_settings, migrations_url
from ..rollout import targets
from ..upgrade import heads_on, lacking, one_at_a_time, up_to
from .making import make, of_unknown, unknown
from .plan import Hindrance, Plan


async def plan(
    revision: str = "heads", *, phase: Phase | None = None, seconds: float | None = None
) -> Plan:
    """Return what an upgrade to *revision*, or of one deploy *phase*, would do, and what stops it.

    A look at the rows of a table has *seconds* (``MIGRATIONS_PLAN_PATIENCE`` otherwise). Raises
    DatabaseError where the database cannot be asked.
    """
    known = scripts()
    url = migrations_url()
    if seconds is None:
        seconds = load_settings().migrations_plan_patience
    async with connection_to(url, autocommit=True) as connection:
        heads = await heads_on(connection)
        if strangers := unknown(known, heads):
            return Plan(sorted(heads), hindrances=[of_unknown(strangers)])
        try:
            wanted = _wanted(known, revision, phase, heads)
        except DatabaseError as error:
            return Plan(sorted(heads), hindrances=[Hindrance(str(error))])

        def made(live: Connection) -> Plan:
            return _made(live, known, heads, wanted, seconds)

        found = await connection.run_sync(made)
    if phase == "contract" and wanted:
        found.hindrances += await _old_code(known, wanted)
    return found


def _wanted(
    known: ScriptDirectory, revision: str, phase: Phase | None, heads: tuple[str, ...]
) -> list[Any]:
    """Return the steps; raises DatabaseError where the other phase stands in the way."""
    if phase is None:
        try:
            return list(upgrade_steps(known, revision, heads))
        except CommandError as error:
            raise DatabaseError(str(error)) from error
    missing = lacking(known, heads)
    chosen = {script.revision for script in up_to(targets(missing, phase), missing)}
    every = upgrade_steps(known, "heads", heads)
    return [step for step in every if step.revision.revision in chosen]


async def _old_code(known: ScriptDirectory, steps: list[Any]) -> list[Hindrance]:
    """Return the connections for which the contract is too early."""
    from ..gate import refuse_old_code

    pending: list[Script] = [step.revision for step in steps]
    try:
        await refuse_old_code(migrations_url(), known, pending)
    except DatabaseError as error:
        return [Hindrance(str(error))]
    return []


def _made(
    connection: Connection,
    known: ScriptDirectory,
    heads: tuple[str, ...],
    steps: list[Any],
    seconds: float,
) -> Plan:
    # Revisions may ask ``alembic.context``, which is global to the process.
    with one_at_a_time, EnvironmentContext(alembic_config(), known):
        return make(connection, known, heads, steps, seconds)
