"""``alembic current`` in the service, against Alembic's own ``pyproject_async`` template.

The same virtual environment, the same database, the same revision.
"""

import re
import shutil
from pathlib import Path

from _measure import Comparison, medians, report, run, scratch_folder
from service import bake, python_of, running_server

REPEATS = 31
OURS, STOCK = "alembic current, this service", "alembic current, stock environment"


def stock_environment(folder: Path, alembic: Path, url: str, revisions: Path) -> None:
    """Make what ``alembic init -t pyproject_async`` makes, with the service's revisions."""
    folder.mkdir()
    run(alembic, "init", "-t", "pyproject_async", "migrations", cwd=folder)
    ini = folder / "alembic.ini"
    url = url.replace("postgresql://", "postgresql+asyncpg://")
    text = re.sub("(?m)^sqlalchemy.url = .*$", lambda _: f"sqlalchemy.url = {url}", ini.read_text())
    assert url in text
    ini.write_text(text)
    for path in revisions.glob("*.py"):
        shutil.copy(path, folder / "migrations" / "versions")


def main() -> None:
    """Measure and report."""
    with scratch_folder() as scratch, running_server() as server, server.database() as database:
        ours, stock = bake(scratch), scratch / "stock"
        python, url = python_of(ours), server.url(database)
        alembic = python.with_name("alembic")
        run(python, "-m", "invoice_service", "db", "revision", "--first", cwd=ours)
        stock_environment(stock, alembic, url, next(ours.glob("src/*/db/alembic/versions")))
        run(alembic, "upgrade", "head", cwd=ours, DATABASE_URL=url)

        def current(folder: Path) -> None:
            assert "(head)" in run(alembic, "current", cwd=folder, DATABASE_URL=url)

        found = medians({OURS: lambda: current(ours), STOCK: lambda: current(stock)}, REPEATS)
    report(Comparison(OURS, STOCK, 1.15), found, REPEATS)


if __name__ == "__main__":
    main()
