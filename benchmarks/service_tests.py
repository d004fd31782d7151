"""A service's ``make test`` beside that of a service from an earlier commit of the template.

Once as it comes, and once with 100 revisions in its history. The earlier one ran the machinery's
own tests each time; today they are ``make test-engine``, and the proof of the revisions is part of
both. ``--database mysql`` (or sqlite) measures another one; MySQL starts a server of its own.
"""

import argparse
import io
import subprocess
import sys
import tarfile
from pathlib import Path

from _measure import ROOT, Way, medians, run, scratch_folder
from cookiecutter.main import cookiecutter
from long_history import write
from service import PACKAGE, install, python_of

from hooks import prune

BEFORE = "e100356"
REPEATS = 3
# The bar for the ratio, on a fresh service and on a long history.
BAR = 0.5
COUNTS = {"fresh": 0, "100 revisions": 100}


def template_of(commit: str, into: Path) -> Path:
    """Put the template as it was at *commit* into a folder, and return that."""
    command = ["git", "archive", "--format=tar", commit]
    archive = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(into, filter="data")
    return into


def made(template: Path, into: Path, database: str, count: int) -> Path:
    """Bake a service with its environment, its first revision, and *count* more after that."""
    answers = {"database": database}
    folder = Path(
        cookiecutter(
            str(template),
            no_input=True,
            output_dir=str(into),
            accept_hooks=False,
            extra_context=answers,
        )
    )
    if template == ROOT:
        prune(folder, database=database)
    install(folder)
    run(python_of(folder), "-m", PACKAGE, "db", "revision", "--first", cwd=folder)
    versions = folder / "src" / PACKAGE / "db" / "alembic" / "versions"
    first = next(versions.glob("*.py")).stem.rpartition("_")[2]
    write(versions, count, first)
    return folder


def tests_of(folder: Path) -> Way:
    """Return a way that runs ``make test`` in *folder*, in the environment that is there."""
    return lambda: print(run("make", "test", cwd=folder, UV_NO_SYNC="1").splitlines()[-1])


def main() -> None:
    """Measure and report; end the process with 1 where the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="postgresql", help="postgresql, mysql or sqlite")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    asked = parser.parse_args()
    with scratch_folder() as scratch:
        templates = {"before": template_of(BEFORE, scratch / "template"), "now": ROOT}
        ways = {
            f"{release}, {name}": tests_of(
                made(template, scratch / release / str(count), asked.database, count)
            )
            for name, count in COUNTS.items()
            for release, template in templates.items()
        }
        found = medians(ways, asked.repeats)
    for name, seconds in found.items():
        print(f"{name:<22}  {seconds:6.1f} s")
    ratios = {name: found[f"now, {name}"] / found[f"before, {name}"] for name in COUNTS}
    for name, ratio in ratios.items():
        verdict = "within" if ratio <= BAR else "ABOVE"
        print(f"{name}: ratio {ratio:.2f}, {verdict} the bar of {BAR} (medians of {asked.repeats})")
    sys.exit(0 if all(ratio <= BAR for ratio in ratios.values()) else 1)


if __name__ == "__main__":
    main()
