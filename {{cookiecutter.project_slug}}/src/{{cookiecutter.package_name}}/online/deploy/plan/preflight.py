"""The look before a command that changes the database: it starts only where it can end."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from ...database import catalog, driver
from ...interface import EngineFor
from ...internals import not_mutating
from ...session import invocation
from ...session.connect import connection_to
from ...session.errors import DatabaseError
from ...session.invocation import CommandFunction
from ...session.url import load_settings
from .. import strangers
from . import shown
from .making import make
from .plan import Plan
from .ranges import Range

log = logging.getLogger("alembic.runtime.migration")

_OFF = "no-preflight"
_COMMANDS = ("upgrade", "downgrade")


async def refuse_what_would_not_end(
    migrate: Callable[..., None], command: CommandFunction, url: URL, engine_for: EngineFor
) -> Mapping[str, Range]:
    """Raise DatabaseError with every reason why *command* would not end.

    Nothing is changed, and nobody is made to wait. ``-x no-preflight`` leaves the look out.
    Returns how long each revision will take, as far as that is known.
    """
    name = invocation.name_of(command)
    if name not in _COMMANDS or invocation.is_asked(_OFF):
        return {}
    plans: list[Plan] = []
    seconds = load_settings().migrations_plan_patience

    def look(heads: Any, migration: MigrationContext) -> list[Any]:
        assert migration.script is not None
        assert migration.connection is not None
        strangers.refuse(migration.connection, migration.script, heads)
        try:
            steps = list(command(heads, migration))
        except CommandError:
            return []  # The command itself tells it.
        try:
            plans.append(make(migration, heads, steps, seconds, is_brief=True))
        except DBAPIError as error:
            # It is there to help: what it cannot see, the command may still be able to do.
            log.warning("The look before the %s was given up: %s", name, driver.said(error))
        return []

    with not_mutating():
        async with connection_to(
            url, autocommit=True, session=catalog.session(seconds), engine_for=engine_for
        ) as connection:
            await connection.run_sync(migrate, look)
    if any(plan.all_hindrances for plan in plans):
        told = "\n".join(line for plan in plans for line in shown.reasons(plan))
        raise DatabaseError(
            f"The {name} was not started, and nothing was changed. {told}\n"
            "Mend that, then run the same command again (--no-preflight leaves this look out; "
            "for alembic: -x no-preflight)"
        )
    revisions = [one for plan in plans for one in plan.revisions]
    return {one.revision: one.range for one in revisions if one.range is not None}
