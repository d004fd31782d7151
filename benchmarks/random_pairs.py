"""Random pairs of models on PostgreSQL: how many end where the models are, by Alembic as it comes and by ours.

The pairs are those of ``tests/random_pairs/``, drawn from all kinds of things by the seeds that are
printed. Both are held against ``create_all`` of the later models on an empty database, as ``pg_dump``
has it, and after the downgrade against where they began. What ours refuses by name is left out of
its pair, and counted. ``--pairs 300`` and ``--first 0`` say which.
"""

import argparse
import os
import re
import subprocess
from pathlib import Path

from _measure import ROOT, scratch_folder
from service import PACKAGE, bake, python_of, running_server

PAIRS = ROOT / "tests/random_pairs"


def walked(*command: str | Path, cwd: Path, **environment: str) -> list[str]:
    """Return what a walk prints; it ends with 1 where pairs differ."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": f"src:{ROOT / 'tests'}", **environment},
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, 1) or not done.stdout:
        raise SystemExit(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout.splitlines()


def main() -> None:
    """Walk the pairs both ways, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    seeds = (str(asked.first), str(asked.first + asked.pairs))
    with scratch_folder() as folder, running_server() as server:
        baked = bake(folder)
        python, url = python_of(baked), server.url()
        driven = url.replace("postgresql://", "postgresql+asyncpg://")
        *_, counted = walked(
            python, "-W", "ignore", PAIRS / "stock.py", "postgresql", *seeds, driven, cwd=baked
        )
        lines = walked(
            *(python, "-W", "ignore", PAIRS / "run.py", PACKAGE, "postgresql", *seeds),
            cwd=baked,
            SCRATCH_DATABASE_URL=url,
        )
    stock = {word: int(number) for number, word in re.findall(r"(\d+) ([^,]+)", counted)}
    differ = int(re.findall(r"pairs, (\d+) differ", lines[-1])[0])
    refused = sum(int(number) for number in re.findall(r"(\d+) x ", " ".join(lines)))
    print(f"{asked.pairs} pairs, seeds {seeds[0]} to {int(seeds[1]) - 1}\n")
    print("| | stock Alembic | this template |\n|---|---|---|")
    print(f"| there and back, right | {stock.pop('right', 0)} | {asked.pairs - differ} |")
    for word, number in sorted(stock.items(), key=lambda pair: -pair[1]):
        print(f"| {word} | {number} | 0 |")
    if differ:
        print(f"| told at birth, or wrong | | {differ} |")
    print(f"| changes refused by name, with a recipe | | {refused} |")


if __name__ == "__main__":
    main()
