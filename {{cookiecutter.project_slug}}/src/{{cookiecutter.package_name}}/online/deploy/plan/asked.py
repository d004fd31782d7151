"""``db plan``: what an upgrade would do to the real database, which stays as it is."""

from typing import Any

from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ...database import catalog, driver
from ...internals import upgrade_steps
from ...phase import Phase
from ...session.connect import connection_to
from ...session.errors import DatabaseError
from ...session.scripts import alembic_config
from ...session.url import load_settings, migrations_url
from .. import branches, strangers
from ..gate import refuse_old_code
from ..rollout import targets
from ..upgrade import lacking, one_at_a_time, up_to
from .making import make
from .plan import Hindrance, Plan


async def plan(
    revision: str = "heads", *, phase: Phase | None = None, seconds: float | None = None
) -> Plan:
    """Return what an upgrade to *revision*, or of one deploy *phase*, would do, and what stops it.

    A look at the rows of a table has *seconds* (``MIGRATIONS_PLAN_PATIENCE`` otherwise). Raises
    DatabaseError where the database cannot be asked.
    """
    if seconds is None:
        seconds = load_settings().migrations_plan_patience
    planning = _Planning(revision, phase, seconds)
    async with connection_to(
        migrations_url(), autocommit=True, session=catalog.session(seconds)
    ) as connection:
        try:
            await connection.run_sync(planning.run)
        except DBAPIError as error:
            raise DatabaseError(f"The database cannot be asked: {driver.said(error)}") from error
    found = planning.found
    if phase == "contract" and planning.steps:
        pending = [step.revision for step in planning.steps]
        try:
            await refuse_old_code(migrations_url(), planning.known, pending)
        except DatabaseError as error:
            found.hindrances.append(Hindrance(str(error)))
    return found


class _Planning:
    """A command of ours to Alembic: it looks at the steps, and takes none."""

    def __init__(self, revision: str, phase: Phase | None, seconds: float) -> None:
        self._config = alembic_config()
        self.known = ScriptDirectory.from_config(self._config)
        self._revision = revision
        self._phase = phase
        self._seconds = seconds
        self.steps: list[Any] = []
        self.found = Plan([])

    def run(self, connection: Connection) -> None:
        """Go through ``env.py`` on *connection*, as each command does."""
        self._config.attributes["connection"] = connection
        # Alembic's context is global to the process.
        with (
            one_at_a_time,
            EnvironmentContext(self._config, self.known, fn=self._look, dont_mutate=True),
        ):
            self.known.run_env()

    def _look(self, heads: Any, migration: MigrationContext) -> list[Any]:
        self.found.heads = sorted(heads)
        assert migration.connection is not None
        if strange := strangers.look(migration.connection, self.known, heads):
            self.found.hindrances.append(Hindrance(str(strange)))
            return []
        try:
            self.steps = self._wanted(heads)
        except CommandError as error:
            self.found.hindrances.append(Hindrance(str(error)))
            return []
        self.found = make(migration, heads, self.steps, self._seconds)
        return []

    def _wanted(self, heads: Any) -> list[Any]:
        """Return the steps; raises DatabaseError where the other phase stands in the way."""
        if self._phase is None:
            with branches.told(self.known, heads, None):
                return list(upgrade_steps(self.known, self._revision, heads))
        missing = lacking(self.known, heads)
        chosen = {script.revision for script in up_to(targets(missing, self._phase), missing)}
        every: Any = upgrade_steps(self.known, "heads", heads)
        return [step for step in every if step.revision.revision in chosen]
