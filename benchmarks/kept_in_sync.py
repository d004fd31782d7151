"""What the triggers of a rename cost a writer, on PostgreSQL: its median with them against without.

A column is renamed by a service's own expand; writers of the old name update single rows of 100,000.
With and without take turns in one run: the trigger is switched off and on. ``--seconds 3`` and
``--rounds 5`` say how long and how often, ``--writers 8`` how many.
"""

import argparse
import asyncio
import random
import statistics
import time

import asyncpg
from _measure import run, scratch_folder
from service import PACKAGE, bake, python_of, running_server

ROWS = 100_000
BAR = 1.15
MODELS = """
import sqlalchemy as sa

from .base import Base

sa.Table(
    "invoice",
    Base.metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("{name}", sa.String(50), info={info!r}),
    sa.Column("amount", sa.Numeric(12, 2), index=True),
)
"""
FILL = f"INSERT INTO invoice (note, amount) SELECT 'n' || n, n FROM generate_series(1, {ROWS}) n"


async def write(url: str, until: float, taken: list[float]) -> None:
    """Update rows one by one, each in a transaction of its own; note how long each took (seconds)."""
    connection = await asyncpg.connect(url)
    try:
        while time.monotonic() < until:
            row = random.randint(1, ROWS)
            begun = time.perf_counter()
            await connection.execute("UPDATE invoice SET note = $1 WHERE id = $2", f"w{row}", row)
            taken.append(time.perf_counter() - begun)
    finally:
        await connection.close()


async def median(url: str, writers: int, seconds: float, *, synced: bool) -> float:
    """Return the median of all *writers*, with the triggers or without (seconds)."""
    connection = await asyncpg.connect(url)
    verb = "ENABLE" if synced else "DISABLE"
    await connection.execute(f"ALTER TABLE invoice {verb} TRIGGER USER")
    await connection.close()
    taken: list[float] = []
    until = time.monotonic() + seconds
    await asyncio.gather(*(write(url, until, taken) for _ in range(writers)))
    return statistics.median(taken)


def main() -> None:
    """Rename, measure in turn, print the ratio and the bar."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--writers", type=int, default=8)
    asked = parser.parse_args()
    with scratch_folder() as folder, running_server() as server, server.database() as database:
        baked = bake(folder)
        python, url = python_of(baked), server.url(database)
        models = baked / "src" / PACKAGE / "db/models.py"
        environment = {"DATABASE_URL": url, "SCRATCH_DATABASE_URL": server.url()}

        def change(name: str, info: dict[str, str], *phase: str) -> None:
            models.write_text(MODELS.format(name=name, info=info), encoding="utf-8")
            revise = ("-m", "alembic", "revision", "--autogenerate", "-m", name)
            run(python, *revise, cwd=baked, **environment)
            run(python, "-m", PACKAGE, "db", "upgrade", *phase, cwd=baked, **environment)

        change("note", {})
        server.execute(FILL, database=database)
        change("remark", {"renamed_from": "note"}, "--phase", "expand")
        found: dict[bool, list[float]] = {False: [], True: []}
        for _ in range(asked.rounds):
            for synced in found:
                taken = median(url, asked.writers, asked.seconds, synced=synced)
                found[synced].append(asyncio.run(taken))
    ratio = statistics.median(found[True]) / statistics.median(found[False])
    print(f"a writer's median with the triggers of a rename: {ratio:.2f} x without (bar {BAR})")


if __name__ == "__main__":
    main()
