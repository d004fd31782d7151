"""Live traffic: replicas of the old and of the new release, each on an engine of the service's."""

import asyncio
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from invoice_service.db.session import create_engine
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

# The rows and their values, from the service's folder.
from tests.online.postgresql.catalogue.models import insert
from tests.online.postgresql.catalogue.values import Labels, labels_in, row

InvalidCachedStatementError = AsyncAdapt_asyncpg_dbapi.InvalidCachedStatementError
REPLICAS = 2
# The longest that a round of a healthy replica may take before we call it stuck (seconds).
PATIENCE = 60.0


class Traffic:
    """Replicas that insert, update and read until they are stopped, or see an error."""

    def __init__(self, old: sa.MetaData, new: sa.MetaData) -> None:
        """Know the *old* and the *new* release by their models; nothing runs yet."""
        self._models = {"old": old, "new": new}
        self._replicas: dict[str, list[Replica]] = {}
        self.rounds = {"old": 0, "new": 0}
        # Statements that failed because a connection had prepared them for the old types.
        self.prepared_anew = 0

    def start(self, release: str) -> None:
        """Roll out a release ("old" or "new")."""
        models = self._models[release]
        # New code fills what the old rules ask for, so that the way back stays open; what only
        # the new rules forbid, old code writes: the contract has to catch it.
        filled = _not_null(self._models["old"]) if release == "new" else set()
        self._replicas[release] = [Replica(models, filled, self._labels) for _ in range(REPLICAS)]
        for replica in self._replicas[release]:
            replica.start()

    def stop(self, release: str) -> None:
        """Take a release away; raises AssertionError where one of its replicas saw an error."""
        replicas = self._replicas[release]
        for replica in replicas:
            replica.stop()
        del self._replicas[release]
        self.rounds[release] += sum(replica.rounds for replica in replicas)
        self.prepared_anew += sum(replica.prepared_anew for replica in replicas)
        assert not any(r.error for r in replicas), f"{release} code saw:\n{_first_error(replicas)}"

    def see_a_round(self) -> None:
        """Wait until every running replica has inserted, updated and read once more."""
        running = [replica for replicas in self._replicas.values() for replica in replicas]
        for replica in running:
            replica.wait_for_rounds(2)
        assert not any(r.error for r in running), _first_error(running)

    @contextmanager
    def ending(self) -> Iterator["Traffic"]:
        """Stop whatever still runs at the end."""
        try:
            yield self
        finally:
            for release in list(self._replicas):
                for replica in self._replicas.pop(release):
                    replica.stop()

    def _labels(self) -> Labels:
        """Return the labels of each enum that every running release knows: old code reads, too."""
        known: Labels = {}
        for release in [*self._replicas]:
            for name, labels in labels_in(self._models[release]).items():
                known[name] = [label for label in known.get(name, labels) if label in labels]
        return known


class Replica(threading.Thread):
    """One process of the service, in a thread with a loop of its own."""

    def __init__(self, models: sa.MetaData, filled: set[str], labels: Callable[[], Labels]) -> None:
        """Write the tables of *models*; the columns *filled* are never NULL."""
        super().__init__(daemon=True)
        self.rounds = 0
        self.prepared_anew = 0
        self.error = ""
        self._models = models
        self._filled = filled
        self._labels = labels
        self._progress = threading.Condition()
        self._stopped = threading.Event()

    def run(self) -> None:
        """Work until stopped, or until the first error."""
        try:
            asyncio.run(self._work())
        except BaseException:
            self.error = traceback.format_exc()
        with self._progress:
            self._progress.notify_all()

    def stop(self) -> None:
        """End after the running round."""
        self._stopped.set()
        self.join(PATIENCE)
        if self.is_alive():
            self.error = self.error or "a statement did not return"

    def wait_for_rounds(self, more: int) -> None:
        """Return when so many *more* rounds are done, or after an error."""
        with self._progress:
            goal = self.rounds + more
            self._progress.wait_for(lambda: self.rounds >= goal or self.error, PATIENCE)
            assert self.rounds >= goal or self.error, "a replica is stuck"

    async def _work(self) -> None:
        engine = create_engine()
        try:
            while not self._stopped.is_set():
                try:
                    await self._round(engine)
                except DBAPIError as error:
                    if not isinstance(error.orig, InvalidCachedStatementError):
                        raise
                    self.prepared_anew += 1
                with self._progress:
                    self.rounds += 1
                    self._progress.notify_all()
                await asyncio.sleep(0.002)
        finally:
            await engine.dispose()

    async def _round(self, engine: AsyncEngine) -> None:
        tables = self._models.sorted_tables
        async with engine.begin() as connection:
            for table in tables:
                await insert(connection, table, [self._row(table)])
        for table in tables:
            values = {k: v for k, v in self._row(table).items() if k not in table.primary_key.c}
            if values:
                async with engine.begin() as connection:
                    await connection.execute(_update_of_one(table).values(values))
        async with engine.connect() as connection:
            for table in tables:
                newest = table.select().order_by(*table.primary_key.columns).limit(3)
                (await connection.execute(newest)).all()

    def _row(self, table: sa.Table) -> dict[str, Any]:
        return row(table, self._filled, self._labels())


def _update_of_one(table: sa.Table) -> sa.Update:
    (key,) = table.primary_key.columns
    some = sa.select(key).order_by(sa.func.random()).limit(1).scalar_subquery()
    return table.update().where(key == some)


def _not_null(models: sa.MetaData) -> set[str]:
    columns = (column for table in models.sorted_tables for column in table.columns)
    return {f"{column.table.name}.{column.name}" for column in columns if not column.nullable}


def _first_error(replicas: list[Replica]) -> str:
    return next((replica.error for replica in replicas if replica.error), "")
