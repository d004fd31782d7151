"""The look before a command that changes the database: it starts only where it can end."""

from alembic import context
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import URL, Connection

from ...interface import EngineFor
from ...session import invocation
from ...session.connect import connection_to
from ...session.errors import DatabaseError
from ...session.url import load_settings
from . import shown
from .making import make

_OFF = "no-preflight"
_COMMANDS = ("upgrade", "downgrade")


async def refuse_what_would_not_end(url: URL, engine_for: EngineFor) -> None:
    """Raise DatabaseError with every reason why the running command would not end.

    Nothing is changed, and nobody is made to wait. ``-x no-preflight`` leaves the look out.
    """
    command = invocation.name_of(invocation.function())
    if command not in _COMMANDS or invocation.is_asked(_OFF):
        return
    async with connection_to(url, autocommit=True, engine_for=engine_for) as connection:
        told = await connection.run_sync(_reasons)
    if told is not None:
        raise DatabaseError(
            f"The {command} was not started, and nothing was changed. {told}\n"
            "Mend that, then run the same command again (--no-preflight leaves this look out; "
            "for alembic: -x no-preflight)"
        )


def _reasons(connection: Connection) -> str | None:
    function = invocation.function()
    migration = MigrationContext.configure(
        connection=connection,
        opts={"script": context.script},
    )
    heads = migration.get_current_heads()
    try:
        steps = list(function(heads, migration))
    except CommandError:
        return None  # Alembic's own sentence is told by the command.
    plan = make(connection, context.script, heads, steps, load_settings().migrations_plan_patience)
    return "\n".join(shown.reasons(plan)) if plan.all_hindrances else None
