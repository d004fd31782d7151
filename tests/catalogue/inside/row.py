"""One row of the catalogue, from the models to the proof; ``run`` tells it from the beginning."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.script import Script
from alembic.util import CommandError
from invoice_service.online.postgresql.session.scratch import scratch_database
from invoice_service.online.session.connect import connection_to

# The rows and their values, from the service's folder.
from tests.online.postgresql.catalogue.cases import Case, Unseen
from tests.online.postgresql.catalogue.models import insert, models
from tests.online.postgresql.catalogue.values import labels_in, row

from . import locks, schema
from .history import History
from .traffic import Traffic

# Several batches of a backfill.
ROWS = 1_200


async def run(case: Case) -> dict[str, Any]:
    """Write the revisions of *case* and run them every way; return what there is to show.

    Raises AssertionError, or whatever a command raised, where something goes wrong.
    """
    with tempfile.TemporaryDirectory() as folder:
        turn = Row(case, Path(folder))
        if turn.refusal is not None:
            return {"refusal": turn.refusal, "written": len(turn.history.scripts()) - 1}
        found: dict[str, Any] = {
            "revisions": {phase: turn.text(phase) for phase in turn.change},
            "sql": turn.sql(),
        }
        if case.author_writes:
            found["unset"] = await turn.without_a_value()
            turn.write_value()
        await turn.on_empty_tables()
        found["locks"] = await turn.locks()
        found["traffic"] = await turn.under_traffic()
        return found


async def measure(case: Case) -> dict[str, Any]:
    """Return the locks alone: for another version of the server."""
    with tempfile.TemporaryDirectory() as folder:
        turn = Row(case, Path(folder))
        if turn.refusal is not None:
            return {"refusal": turn.refusal}
        turn.write_value()
        return {"locks": await turn.locks()}


async def difference(case: Unseen) -> dict[str, Any]:
    """Return the files that autogenerate writes."""
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder))
        history.write_first(models(case.before))
        written = history.write_change(models(case.after))
        return {"files": [Path(s.path).read_text(encoding="utf-8") for s in written.values()]}


class Row:
    """The revisions of one case, and what is done with them."""

    def __init__(self, case: Case, folder: Path) -> None:
        """Write the first revision and the change's, or keep the refusal."""
        self.case = case
        self.history = History(folder)
        self.before, self.after = models(case.before), models(case.after)
        self.first = self.history.write_first(self.before)
        self.refusal: str | None = None
        self.change: dict[str, Script] = {}
        self._wanted: list[str] = []
        try:
            self.change = self.history.write_change(self.after, case.allow)
        except CommandError as error:
            self.refusal = str(error)

    def text(self, phase: str) -> str:
        """Return the file of a phase."""
        return Path(self.change[phase].path).read_text(encoding="utf-8")

    def sql(self) -> dict[str, str]:
        """Return the offline SQL of the first revision and of each phase's."""
        scripts = {"first": self.first} | self.change
        return {name: self.history.sql(self.after, script) for name, script in scripts.items()}

    def write_value(self) -> None:
        """Do what the author does: write the value in the one marked line."""
        path = Path(self.change["expand"].path) if "expand" in self.change else None
        if path is not None and self.case.author_writes:
            text = path.read_text(encoding="utf-8")
            assert text.count("value=...") == 1
            path.write_text(text.replace("value=...", f"value={self.case.author_writes!r}"))

    async def without_a_value(self) -> str:
        """Upgrade a table with rows while nobody has said the value; return the refusal."""
        async with self._database() as url:
            await self._seed(url)
            before = schema.dump(url)
            try:
                self._upgrade("heads")
            except CommandError as error:
                schema.assert_equal(schema.dump(url), before)
                return str(error)
        raise AssertionError("upgraded rows without a value")

    async def on_empty_tables(self) -> None:
        """Up, check, down, up again; the schema is the one that the models make."""
        async with self._database() as url:
            nothing = schema.dump(url)
            self._upgrade("heads")
            self._check()
            self._downgrade("base")
            schema.assert_equal(schema.dump(url), nothing)
            self._upgrade("heads")
            schema.assert_equal(schema.dump(url), await self._modelled())

    async def locks(self) -> dict[str, locks.Taken]:
        """Return the locks that each phase takes on existing tables."""
        found = {}
        async with self._database() as url:
            await self._seed(url)
            await locks.prepare(url)
            for phase, script in self.change.items():
                config = self.history.config(self.after)
                found[phase] = await locks.taken(url, config, script.revision, self.history.folder)
        return found

    async def under_traffic(self) -> dict[str, int]:
        """Roll the change out, and back where that is promised, under both releases' traffic."""
        async with self._database() as url:
            await self._seed(url)
            start = schema.dump(url)
            with Traffic(self.before, self.after).ending() as traffic:
                await asyncio.to_thread(self._roll_out, traffic)
                self._check()
                schema.assert_equal(schema.dump(url), await self._modelled())
                if self.case.one_way:
                    traffic.stop("new")
                    return self._seen(traffic)
                await asyncio.to_thread(self._roll_back, traffic)
                schema.assert_equal(schema.dump(url), start)
            return self._seen(traffic)

    def _seen(self, traffic: Traffic) -> dict[str, int]:
        return {**traffic.rounds, "prepared anew": traffic.prepared_anew}

    def _roll_out(self, traffic: Traffic) -> None:
        traffic.start("old")
        traffic.see_a_round()
        if "expand" in self.change:
            self._upgrade(self.change["expand"].revision)
        traffic.start("new")
        traffic.see_a_round()
        traffic.stop("old")
        traffic.see_a_round()
        if "contract" in self.change:
            self._upgrade(self.change["contract"].revision)
            traffic.see_a_round()

    def _roll_back(self, traffic: Traffic) -> None:
        if {"expand", "contract"} <= self.change.keys():
            self._downgrade(self.change["expand"].revision)
            traffic.see_a_round()
        elif "contract" in self.change:
            self._downgrade(self.first.revision)
        traffic.start("old")
        traffic.see_a_round()
        traffic.stop("new")
        self._downgrade(self.first.revision)
        traffic.see_a_round()
        traffic.stop("old")

    def _upgrade(self, revision: str) -> None:
        command.upgrade(self.history.config(self.after), revision)

    def _downgrade(self, revision: str) -> None:
        command.downgrade(self.history.config(self.after), revision)

    def _check(self) -> None:
        command.check(self.history.config(self.after))

    async def _seed(self, url: sa.URL) -> None:
        """Bring the database to the first revision, with rows in every table."""
        self._upgrade(self.first.revision)
        async with connection_to(url) as connection:
            for table in self.before.sorted_tables:
                rows = [row(table, set(), labels_in(self.before)) for _ in range(ROWS)]
                await insert(connection, table, rows)
            await connection.commit()

    async def _modelled(self) -> list[str]:
        """Return the schema that the new models make on an empty database."""
        if not self._wanted:
            async with scratch_database() as url:
                async with connection_to(url) as connection:
                    await connection.run_sync(self.after.create_all)
                    await connection.commit()
                self._wanted = schema.dump(url)
        return self._wanted

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[sa.URL]:
        """Make an empty database, and DATABASE_URL lead to it."""
        async with scratch_database() as url:
            os.environ["DATABASE_URL"] = url.render_as_string(hide_password=False)
            async with connection_to(url, autocommit=True) as connection:
                # Nobody waits for the disk: no test here is about a server that dies.
                await connection.exec_driver_sql(
                    f"ALTER DATABASE {url.database} SET synchronous_commit = off"
                )
            yield url
