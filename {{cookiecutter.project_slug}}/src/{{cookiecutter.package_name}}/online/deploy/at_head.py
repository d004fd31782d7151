"""A scratch database at head: kept from one command to the next, and brought on from where it stood."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from alembic import context
from alembic.util import CommandError
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database import keeping, scratch
from ..interface import EngineFor
from ..internals import upgrade_steps
from ..session import kept
from ..session.connect import connection_to
from ..session.quiet import quiet
from . import fingerprint

Migrate = Callable[..., None]


@asynccontextmanager
async def scratch_at_head(
    migrate: Migrate, engine_for: EngineFor
) -> AsyncIterator[AsyncConnection]:
    """Yield a connection to a scratch database that has every revision."""
    async with keeping.kept_database(
        kept.name_for(context.script), _is_usable, engine_for
    ) as connection:
        if connection is not None:
            await _bring_on(connection, migrate)
            yield connection
            return
    async with (
        scratch.scratch_database() as url,
        connection_to(url, engine_for=engine_for) as connection,
    ):
        await _replay(connection, migrate)
        yield connection


async def _bring_on(connection: AsyncConnection, migrate: Migrate) -> None:
    """Apply what a kept database has not, and mark it."""
    wanted = _mark(context.script.get_heads())
    if await connection.run_sync(keeping.read_mark) != wanted:
        await connection.run_sync(keeping.write_mark, None)
        await _replay(connection, migrate)
        await connection.run_sync(keeping.write_mark, wanted)
    await connection.run_sync(kept.remember, wanted)


async def _replay(connection: AsyncConnection, migrate: Migrate) -> None:
    with quiet("alembic.runtime.migration"):
        await connection.run_sync(migrate, _upgrade_to_heads)
    # What comes next begins outside a transaction: Alembic would take this one for the caller's.
    await connection.rollback()


def _upgrade_to_heads(heads: Any, _: object) -> Iterable[Any]:
    return upgrade_steps(context.script, "heads", heads)


def _mark(heads: Iterable[str]) -> str:
    """Return the mark of a database that stands at *heads*."""
    found = sorted(heads)
    return json.dumps([found, fingerprint.of_revisions(context.script, found)])


def _is_usable(mark: str | None) -> bool:
    """Tell whether a database with this *mark* stands at revisions that are still what they were."""
    if mark is None:
        return False
    heads, _ = json.loads(mark)
    try:
        return _mark(heads) == mark
    except CommandError:
        return False  # One of them is gone.
