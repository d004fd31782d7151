"""How long writers wait while a migration waits for a transaction: ours against stock Alembic.

    python benchmarks/waiting.py [--seconds 10] [--runs 5]

A transaction has read the table and stays open, as a report or a forgotten console does. Meanwhile
a column is added: by ``db upgrade --phase expand`` of a service that the template wrote, and by
``alembic upgrade head`` in Alembic's own ``pyproject_async`` environment, in turn, on fresh copies of
one database, with eight writers at work.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from current import stock_environment
from live.changes import NOTE, Bar, Change
from live.measure import Bench
from live.report import milliseconds
from live.server import Server, running_server
from live.service import PACKAGE, Service
from live.traffic import CLIENTS, Traffic

ROWS = 100_000
HOLDER = "nightly_report"
# The bars: the worst of the writers in seconds, and what part of the holder's time stock costs them.
CALM, STALLED = 0.4, 0.9
COLUMN = Change(
    "nullable column",
    NOTE,
    f"{NOTE}    comment: Mapped[str | None] = mapped_column(sa.String(60))\n",
    Bar(worst=1),
)
READS = "SELECT count(*) FROM invoice"
WAITS = "SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"


@dataclass(frozen=True)
class Side:
    """One way to upgrade: a *command* of the service's environment, in *folder*."""

    name: str
    folder: Path
    command: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """The worst of the writers, how long after the holder it ended (seconds), and what it said."""

    worst: float
    after: float
    said: str
    errors: dict[str, int]


def main() -> int:
    """Measure and print; return 1 where a bar is missed."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        service = Service(Path(folder), server.url("postgres"))
        bench = Bench(server, service, ROWS)
        bench.prepare()
        ours, stock = _sides(bench, Path(folder))
        results: dict[Side, list[Result]] = {ours: [], stock: []}
        for _ in range(options.runs):
            for side, measured in results.items():
                measured.append(_measured(bench, side, options.seconds))
                worst = milliseconds(measured[-1].worst)
                print(f"{side.name}: worst {worst}", file=sys.stderr, flush=True)
        version = server.version()
    print(
        f"PostgreSQL {version} with its defaults, {ROWS:,} rows, {CLIENTS} writers, a transaction "
        f"that holds the table for {options.seconds:g} s; medians of {options.runs}\n"
    )
    return 0 if _report(results[ours], results[stock], options.seconds) else 1


def _sides(bench: Bench, folder: Path) -> tuple[Side, Side]:
    """Write the same change as a revision of the service and as stock Alembic's."""
    service = bench.service
    mine, plain = service.write_ours(COLUMN), service.write_other(COLUMN)
    versions = service.folder / "src" / PACKAGE / "db" / "alembic" / "versions"
    stock, alembic = folder / "stock", service.folder / ".venv" / "bin" / "alembic"
    stock_environment(stock, alembic, bench.server.url(f"{bench.database}_copy"), versions)
    for path in plain:
        shutil.copy(path, stock / "migrations" / "versions")
    for path in mine:
        shutil.copy(path, versions)
    python = str(alembic.with_name("python"))
    upgrade = (python, "-m", PACKAGE, "db", "upgrade", "--phase", "expand")
    return (
        Side("ours", service.folder, upgrade),
        Side("stock", stock, (str(alembic), "upgrade", "head")),
    )


def _measured(bench: Bench, side: Side, seconds: float) -> Result:
    server = bench.server
    with (
        server.copy_of(bench.database) as name,
        Traffic(server.url(name), bench.rows) as traffic,
        _holding(server, name) as holder,
        subprocess.Popen(
            side.command,
            cwd=side.folder,
            env=os.environ | {"DATABASE_URL": server.url(name)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        while not holder.sees(WAITS):
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        began = time.monotonic()
        time.sleep(seconds)
        released = time.monotonic()
        holder.release()
        said, _ = process.communicate()
        ended = time.monotonic()
        assert process.returncode == 0, said
        seen = traffic.stop()
    return Result(seen.worst(began, ended), ended - released, said, seen.errors)


class _Holder:
    """A transaction that has read the table, and a session beside it."""

    def __init__(self, runner: asyncio.Runner, url: str) -> None:
        self._runner = runner
        settings = {"application_name": HOLDER}
        self._held = runner.run(asyncpg.connect(url, server_settings=settings))
        self._beside = runner.run(asyncpg.connect(url))
        runner.run(self._held.execute("BEGIN"))
        runner.run(self._held.execute(READS))

    def sees(self, query: str) -> bool:
        """Tell whether *query* has rows."""
        return bool(self._runner.run(self._beside.fetch(query)))

    def release(self) -> None:
        """End the transaction."""
        self._runner.run(self._held.execute("COMMIT"))

    def close(self) -> None:
        """End both sessions."""
        for connection in (self._held, self._beside):
            self._runner.run(connection.close())


@contextmanager
def _holding(server: Server, database: str) -> Iterator[_Holder]:
    with asyncio.Runner() as runner:
        holder = _Holder(runner, server.url(database))
        try:
            yield holder
        finally:
            holder.close()


def _report(ours: Sequence[Result], stock: Sequence[Result], seconds: float) -> bool:
    """Print both sides and their ratio; return whether the bars are met."""
    for name, results in (("ours", ours), ("stock", stock)):
        each = ", ".join(milliseconds(result.worst) for result in results)
        after = statistics.median(result.after for result in results)
        print(
            f"{name:<5}  worst writer {milliseconds(_worst(results)):>9} ({each}); "
            f"ended {after:.1f} s after the holder"
        )
    ratio = _worst(stock) / _worst(ours)
    named = all(HOLDER in result.said for result in ours)
    errors = [error for result in ours for error in result.errors]
    calm = _worst(ours) < CALM and _worst(stock) >= STALLED * seconds
    print(
        f"ratio 1/{ratio:.0f}; ours below {milliseconds(CALM)} where stock stalls writers for the "
        f"whole time: {'yes' if calm else 'NO'}"
    )
    print(
        f"our log names the holder: {'yes' if named else 'NO'}; errors of writers: {errors or 'none'}"
    )
    return calm and named and not errors


def _worst(results: Sequence[Result]) -> float:
    return statistics.median(result.worst for result in results)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="how long the table is held")
    parser.add_argument("--runs", type=int, default=5, help="how often each side is measured")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
