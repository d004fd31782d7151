"""``cookiecutter`` with its hooks, against the sum of what a service takes without them.

The sum: a bake with hooks off, ``uv sync``, and one ``alembic heads``. The hooks do all that, and
write the first migration and the first commit. The package cache is warm in both.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from _measure import ROOT, Comparison, medians, report, run, scratch_folder

REPEATS = 7
WITH_HOOKS, PARTS = "cookiecutter with hooks", "without hooks, uv sync, alembic heads"


def with_hooks(into: Path) -> None:
    """Generate a service as its author does."""
    run("cookiecutter", ROOT, "--no-input", "-o", into, cwd=into)
    (service,) = into.iterdir()
    assert list(service.glob("src/*/db/alembic/versions/*.py")), "the hook wrote no migration"


def in_parts(into: Path) -> None:
    """Generate it without hooks, then do by hand what cannot be left out."""
    run("cookiecutter", ROOT, "--no-input", "--accept-hooks", "no", "-o", into, cwd=into)
    (service,) = into.iterdir()
    run("uv", "sync", "--quiet", cwd=service)
    run(service / ".venv" / "bin" / "alembic", "heads", cwd=service)


def main() -> None:
    """Measure and report."""
    with scratch_folder() as scratch:

        def fresh(generate: Callable[[Path], None]) -> None:
            folder = scratch / "services"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            generate(folder)

        ways = {WITH_HOOKS: lambda: fresh(with_hooks), PARTS: lambda: fresh(in_parts)}
        found = medians(ways, REPEATS)
    report(Comparison(WITH_HOOKS, PARTS, 1.5), found, REPEATS)


if __name__ == "__main__":
    main()
