"""The same pairs through Alembic as it comes: ``stock.py DATABASE FIRST LAST URL``.

What Alembic proposes is written as it writes it, and run at once, in databases of their own on the
server at URL (asynchronous, of somebody who may create them). Nothing of a service takes part.
Prints one line per pair that does not end where the models are, or does not come back, and how
often each of that happened.
"""

from __future__ import annotations

import asyncio
import importlib
import random
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.ext.asyncio import create_async_engine

sys.path.insert(0, str(Path(__file__).parents[1]))
from random_pairs import dumps  # noqa: E402
from random_pairs.compared import compare, compare_start  # noqa: E402
from random_pairs.kinds import Pair, drawn  # noqa: E402

# As a service has them.
CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
NAMES = ("pair_ours", "pair_wanted")


class Stock:
    """One pair, on a connection to an empty database and one to another."""

    def __init__(self, pair: Pair, database: str) -> None:
        """Take the *pair*."""
        self.before, self.after = (pair.metadata(side, CONVENTION) for side in (0, 1))
        self.dump = getattr(dumps, database)

    def there(self, connection: sa.Connection) -> list[str]:
        """Create the models before, go on to those after; return the schema."""
        self.create(connection, self.before)
        self.start = self.dump(connection)
        context = MigrationContext.configure(connection, opts={"target_metadata": self.after})
        script = produce_migrations(context, self.after)
        assert isinstance(script.upgrade_ops, ops.UpgradeOps)
        assert isinstance(script.downgrade_ops, ops.DowngradeOps)
        self.down = render_python_code(script.downgrade_ops, migration_context=context)
        self.run(connection, render_python_code(script.upgrade_ops, migration_context=context))
        return list(self.dump(connection))

    def wanted(self, connection: sa.Connection) -> list[str]:
        """Return the schema that the models after give on an empty database."""
        self.create(connection, self.after)
        return list(self.dump(connection))

    def back(self, connection: sa.Connection) -> str:
        """Take the change back; return what differs from the start."""
        self.run(connection, self.down)
        return compare_start(self.start, self.dump(connection))

    def run(self, connection: sa.Connection, code: str) -> None:
        """Run the *code* of a revision."""
        context = MigrationContext.configure(connection, opts={"target_metadata": self.after})
        with Operations.context(context) as op:
            exec(code, {"op": op, "sa": sa, "postgresql": postgresql, "mysql": mysql})
        connection.commit()

    def create(self, connection: sa.Connection, models: sa.MetaData) -> None:
        """Create *models*."""
        models.create_all(connection)
        connection.commit()


async def verdict(pair: Pair, database: str, ours: sa.URL, wanted: sa.URL) -> str:
    """Return in a few words how it went."""
    stock = Stock(pair, database)
    engines = [create_async_engine(url) for url in (ours, wanted)]
    try:
        async with engines[0].connect() as connection, engines[1].connect() as other:
            end = await other.run_sync(stock.wanted)
            try:
                found = await connection.run_sync(stock.there)
            except Exception:
                return "cannot be written or applied"
            if compare(end, found):
                return "ends elsewhere, in silence"
            try:
                differs = await connection.run_sync(stock.back)
            except Exception:
                return "cannot be taken back"
            return "is not what it was when taken back" if differs else "right"
    finally:
        for engine in engines:
            await engine.dispose()


async def main(database: str, seeds: range, url: sa.URL) -> Counter[str]:
    """Walk the pairs of *seeds*; return how often each verdict was given."""
    kinds = importlib.import_module(f"random_pairs.{database}_kinds").KINDS
    server = create_async_engine(url, isolation_level="AUTOCOMMIT")
    counted: Counter[str] = Counter()
    for seed in seeds:
        async with server.connect() as connection:
            for name in NAMES:
                await connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
                await connection.exec_driver_sql(f"CREATE DATABASE {name}")
        ours, wanted = (url.set(database=name) for name in NAMES)
        found = await verdict(drawn(random.Random(seed), kinds), database, ours, wanted)
        counted[found] += 1
        if found != "right":
            print(f"seed {seed}: {found}", flush=True)
    await server.dispose()
    return counted


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    which, first, last, where = sys.argv[1:]
    result: Any = asyncio.run(main(which, range(int(first), int(last)), sa.make_url(where)))
    print(", ".join(f"{number} {word}" for word, number in result.most_common()))
