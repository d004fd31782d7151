"""Which database a command works on: a scratch one for comparing, else the service's own.

``revision --autogenerate`` compares the models with the migrations, so it runs on a scratch
database brought to head; ``check`` asks the real database where one is set.
"""

import asyncio
import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL

from ..database import migrating
from ..interface import EngineFor
from ..session import invocation, patience, stop
from ..session.connect import connection_to
from ..session.invocation import CommandFunction
from ..session.url import has_database, migrations_url
from . import branches
from .at_head import scratch_at_head

Migrate = Callable[..., None]
# The commands that change the database: one process at a time, with bounded waits for locks.
_CHANGING = ("upgrade", "downgrade", "stamp")


def run(migrate: Migrate, engine_for: EngineFor) -> None:
    """Open the database of the running command and call *migrate* on it, also inside a loop.

    *engine_for* makes the engine from a URL and the arguments of ``create_async_engine``.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(_run(migrate, engine_for))
    else:
        _in_thread(migrate, engine_for)


async def _run(migrate: Migrate, engine_for: EngineFor) -> None:
    command = invocation.name_of(invocation.function())
    if command == "revision" or (command == "check" and not has_database()):
        async with scratch_at_head(migrate, engine_for) as connection:
            await connection.run_sync(migrate)
    elif command in _CHANGING:
        await _patiently(migrate, migrations_url(), engine_for)
    else:
        async with connection_to(
            migrations_url(), prompt=True, engine_for=engine_for
        ) as connection:
            await connection.run_sync(migrate)
            if command == "ensure_version":
                # With a transaction for each revision, Alembic has left this one open.
                await connection.commit()


async def _patiently(migrate: Migrate, url: URL, engine_for: EngineFor) -> None:
    """Run the command again, from where it stands, each time a lock was not granted in time."""
    from tenacity import AsyncRetrying

    from . import faults
    from .plan.preflight import refuse_what_would_not_end
    from .plan.took import Took

    command = invocation.function()
    took = Took()
    function = took.told_of(resumable(command))
    async with migrating.connections(url, engine_for) as open_connection:
        took.expect(await refuse_what_would_not_end(migrate, command, url, engine_for))
        async for attempt in AsyncRetrying(**patience.retry_options()):
            with attempt:
                async with open_connection() as connection:
                    stop.watch(connection)
                    with faults.told():
                        await connection.run_sync(migrate, function)


def resumable(function: CommandFunction) -> CommandFunction:
    """Return *function* resolved once: what is done is not done again, nor more than was asked.

    A relative target (``+2``) that is resolved anew after partial progress would go too far.
    """
    left: list[Any] | None = None
    done = context.config.attributes.setdefault(invocation.DONE, [])

    @functools.wraps(function)
    def remaining(heads: Any, migration: MigrationContext) -> Iterator[Any]:
        nonlocal left
        if left is None:
            with branches.told(context.script, heads, migration.connection):
                left = list(function(heads, migration))
        while left:
            yield left[0]
            # Alembic asks for the next step after the commit of this one.
            done.append(left.pop(0))

    return remaining


def _in_thread(migrate: Migrate, engine_for: EngineFor) -> None:
    """Run in a thread of its own: the caller's loop cannot be entered a second time."""
    errors: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(_run(migrate, engine_for))
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work, name="alembic")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
