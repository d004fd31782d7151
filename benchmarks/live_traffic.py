"""How long writers wait while a migration runs: ours against the usual way, in one run.

    python benchmarks/live_traffic.py [--rows 100000] [--runs 1] [--only index]

A service is written from the template, its own autogenerate writes the revisions, and each
change runs on a fresh copy of a table with eight writers at work, on a server of its own.
Ratios count: both sides ran on the same machine within the same minutes. Time is that of the
migration: starting Python is left out on both sides.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from live.changes import CHANGES, FILLED, Change
from live.measure import Bench, Result
from live.report import Memory, Row, errors, milliseconds, table
from live.server import running_server
from live.service import Service
from live.traffic import CLIENTS

FEW_ROWS = 10_000
# How long the traffic is watched without a migration, in seconds: about as long as most take.
LOOK = 3.0


def main() -> int:
    """Measure and print; return 1 where a bar is missed."""
    options = _options()
    began = time.monotonic()
    chosen = [change for change in CHANGES if options.only in change.name]
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        service = Service(Path(folder), server.url("postgres"))
        bench = Bench(server, service, options.rows)
        bench.prepare()
        rows = [_measured(bench, change, min(options.runs, change.runs)) for change in chosen]
        memory = [_memory(bench, r) for r in rows if r.change is FILLED]
        version = server.version()
    print(
        f"PostgreSQL {version} with its defaults, {options.rows:,} rows, {CLIENTS} writers, "
        f"{time.monotonic() - began:.0f} s in all\n"
    )
    lines: list[Row | Memory] = [*rows, *memory]
    print(table(lines))
    print()
    _print_errors(rows)
    return 0 if all(line.is_met() for line in lines) else 1


def _measured(bench: Bench, change: Change, runs: int) -> Row:
    row = Row(change)
    ours, other = bench.service.write_ours(change), bench.service.write_other(change)
    for _ in range(runs):
        row.ours.append(bench.migrate(change, ours, LOOK))
        row.other.append(bench.migrate(change, other))
        _tell(row)
    return row


def _memory(bench: Bench, many: Row) -> Memory:
    """Compare the backfill on few rows with the one that was measured on many."""
    few = Bench(bench.server, bench.service, FEW_ROWS)
    few.prepare()
    revisions = few.service.write_ours(FILLED)
    peak = _peak(few.migrate(FILLED, revisions) for _ in many.ours)
    return Memory(few.rows, peak, bench.rows, _peak(many.ours), len(many.ours))


def _peak(results: Iterable[Result]) -> int:
    return int(statistics.median(result.memory for result in results))


def _tell(row: Row) -> None:
    """Show one run while the run goes on."""
    other, ours = row.other[-1], row.ours[-1]
    print(
        f"{row.change.name}: worst without {milliseconds(ours.without)}, "
        f"other {milliseconds(other.worst)} in {other.duration:.1f} s, "
        f"ours {milliseconds(ours.worst)} in {ours.duration:.1f} s",
        file=sys.stderr,
        flush=True,
    )


def _print_errors(rows: Iterable[Row]) -> None:
    """Print the errors that writers saw, on each side."""
    print("Errors seen by writers:")
    for row in rows:
        print(f"  {row.change.name}: other {_in_words(row.other)}, ours {_in_words(row.ours)}")


def _in_words(results: list[Result]) -> str:
    counted = errors(results)
    return ", ".join(f"{n} {name}" for name, n in counted.items()) or "none"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the table")
    parser.add_argument("--runs", type=int, default=9, help="at most so many runs of a change")
    parser.add_argument("--only", default="", help="only changes whose name holds this text")
    options = parser.parse_args()
    if options.rows < 1 or options.runs < 1:
        parser.error("--rows and --runs are numbers above zero")
    if not any(options.only in change.name for change in CHANGES):
        names = ", ".join(change.name for change in CHANGES)
        parser.error(f"no change is called {options.only!r}: there are {names}")
    return options


if __name__ == "__main__":
    sys.exit(main())
