"""The walk: one scratch database, from empty to the newest revision, watched at every step."""

import asyncio
import functools
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from alembic import command
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from {{ cookiecutter.package_name }}.online.operations import batches
from {{ cookiecutter.package_name }}.online.postgresql.session.scratch import (
    scratch_database,
)
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.scripts import alembic_config

from .allowed import is_allowed
from .judge import concerned, judge, locks_of
from .later import newest_tables, with_later_rules
from .releases import OldCode, left_required, new_code
from .rows import ROWS, NoRowError, Rows
from .schema import Table
from .server import existing_tables, flush_counters, set_up
from .sql import one_line, server_message
from .system_catalogs import Configure, tables_of
from .watch import Watch, watching

# With so few rows, a batch of a backfill must be smaller still.
BATCH = ROWS // 5


@dataclass
class Outcome:
    """What came of one revision; *locks* tells the strongest on each table, by statement."""

    blocking: list[str] = field(default_factory=list)
    breaking: list[str] = field(default_factory=list)
    error: str | None = None
    locks: list[str] = field(default_factory=list)


def declared_phase(script: Script) -> str | None:
    """Return the deploy phase that the revision's file declares."""
    return getattr(script.module, "phase", None)


def revisions(configure: Configure = alembic_config) -> list[Script]:
    """Return the revisions, oldest first."""
    return list(ScriptDirectory.from_config(configure()).walk_revisions())[::-1]


@functools.cache
def outcomes(configure: Configure = alembic_config) -> dict[str, Outcome]:
    """Walk all the way, once, and return what came of each revision."""
    found = {script.revision: Outcome() for script in revisions(configure)}
    asyncio.run(_walk(configure, found))
    return found


async def _walk(configure: Configure, found: dict[str, Outcome]) -> None:
    """Fill in what is *found*; an error stops the walk and stands for all that was not reached."""
    left = revisions(configure)
    try:
        newest = await newest_tables(configure)
        async with scratch_database() as url:
            await set_up(url)
            # Every statement is planned anew, as by a client that has just connected.
            uncached = url.update_query_dict({"prepared_statement_cache_size": "0"})
            async with connection_to(uncached, autocommit=True) as clients:
                steps = _Steps(configure, newest, url, clients)
                while left:
                    await steps.take(left[0], found[left[0].revision])
                    del left[0]
    except Exception as error:
        reason = _told(error)
        for script in left:
            found[script.revision].error = reason
            reason = f"Not reached: revision {left[0].revision} failed."


def _told(error: Exception) -> str:
    """Return what went wrong: in a sentence where it is one of ours, else with the traceback."""
    if isinstance(error, NoRowError | CommandError):
        return str(error)
    if isinstance(error, DBAPIError):
        return f"{server_message(error)}\n    {one_line(error.statement or '')}"
    return "".join(traceback.format_exception(error))


class _Steps:
    def __init__(
        self,
        configure: Configure,
        newest: dict[str, Table],
        url: URL,
        clients: AsyncConnection,
    ) -> None:
        self._configure = configure
        self._newest = newest
        self._url = url
        self._clients = clients
        self._tables: list[Table] = []
        self._rows = Rows(clients)
        self._old_code = OldCode(clients, self._rows)

    async def take(self, script: Script, outcome: Outcome) -> None:
        """Apply *script* to tables with rows, and note what it would do to other clients."""
        is_contract = declared_phase(script) == "contract"
        before = self._tables
        await self._rows.fill(before)
        if not is_contract:
            await self._rows.settle(before)
            await self._old_code.prepare(before)
        existing = await existing_tables(self._clients)
        watch = await self._upgrade(script)
        outcome.locks = [
            f"line {statement.place.line}: {lock} on {table}: {statement.sql}"
            for statement in watch.statements
            if statement.place
            for table, lock in locks_of(statement, existing).items()
        ]
        outcome.blocking = [
            str(finding)
            for finding in judge(watch, existing)
            if not is_allowed(finding.statement.place)
        ]
        after = self._tables = with_later_rules(await tables_of(self._clients), self._newest)
        if is_contract:
            self._old_code.forget(concerned(watch, existing))
            outcome.breaking = list(left_required(before, after))
        else:
            outcome.breaking = await self._old_code.send(concerned(watch, existing))
            outcome.breaking += await new_code(self._rows, before, after)

    async def _upgrade(self, script: Script) -> Watch:
        """Run the revision through the service's own environment, on a connection of its own."""

        def run(connection: Connection) -> Watch:
            with watching(connection, Path(script.path)) as watch:
                command.upgrade(self._configure(connection=connection), script.revision)
            return watch

        await flush_counters(self._clients)
        async with connection_to(self._url) as connection:
            with mock.patch.multiple(batches, FIRST_BATCH=BATCH, LARGEST_BATCH=BATCH):
                watch = await connection.run_sync(run)
            await flush_counters(connection)
        return watch
