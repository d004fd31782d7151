"""Commands that leave the database as it is: ``current``, and an upgrade with nothing to apply.

They need the heads and the revisions, and so neither the models nor what writes and runs
operations: a quick answer, on which deploys and entry points wait most often.
"""

import asyncio
from typing import TYPE_CHECKING

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ..session import connect, glance, invocation, version_table
from ..session.url import migrations_url

if TYPE_CHECKING:
    from ..interface import EngineFor

_COMMANDS = ("current", "upgrade")


def answered(engine_for: "EngineFor") -> bool:
    """Do the running command where it is one of these; False where it has more to do.

    False too where a look does not tell: the usual way then does, or says why not. An engine of
    the service's own (*engine_for*) connects in a way that only it knows.
    """
    command = invocation.name_of(invocation.function())
    if command not in _COMMANDS or engine_for is not connect.async_engine:
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        pass
    else:
        return False
    try:
        return asyncio.run(glance.ask(migrations_url(), _is_done))
    except DBAPIError:
        return False


def _is_done(connection: Connection) -> bool:
    function = invocation.function()
    context.configure(connection=connection, **version_table.options())
    migration = context.get_context()
    heads = migration.get_current_heads()
    # Without heads the table may lie elsewhere; heads that nobody knows may be of another service.
    if not heads or not all(map(_is_known, heads)):
        return False
    try:
        return not list(function(heads, migration))
    except CommandError:
        return False


def _is_known(head: str) -> bool:
    try:
        return context.script.get_revision(head) is not None
    except CommandError:
        return False
