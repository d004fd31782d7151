"""The commands of every deploy, against Alembic's own environment and against an older release.

``alembic current``, a no-op ``alembic upgrade head`` and ``db check``, whole processes with bytecode
on both sides. Stock is what ``alembic init -t pyproject_async`` makes: the same virtual environment,
database and revision; it has no ``db check``, so that is held against its ``current``. With the
server down each command starts the embedded one and stops it again.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from _measure import ROOT, medians, run, scratch_folder
from cookiecutter.main import cookiecutter
from service import PACKAGE, bake, install, python_of, running_server

UP_REPEATS, DOWN_REPEATS = 21, 9
# The release before the embedded server and the way in were worked on.
OLDER = "e100356"
OURS, BEFORE, STOCK = "this service", f"at {OLDER}", "stock"
COMMANDS = {
    "alembic upgrade head": ("-m", "alembic", "upgrade", "head"),
    "alembic current": ("-m", "alembic", "current"),
    "db check": ("-m", PACKAGE, "db", "check"),
}
# Beside stock, and beside the older release.
STOCK_BAR, BEFORE_BAR = 0.75, 1.0


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


def older_service(scratch: Path) -> Path | None:
    """Bake the older release into *scratch* and install it; None where history lacks it."""
    template = scratch / "older-template"
    template.mkdir()
    archive = subprocess.run(
        ["git", "archive", OLDER], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    if archive.returncode:
        return None
    subprocess.run(["tar", "-x"], cwd=template, input=archive.stdout, check=True)
    made = cookiecutter(
        str(template), no_input=True, output_dir=str(scratch / "older"), accept_hooks=False
    )
    install(Path(made))
    return Path(made)


def compare(
    what: str, folders: dict[str, Path], python: dict[str, Path], url: str, repeats: int
) -> bool:
    """Print each command's medians and ratios; tell whether all are within their bars."""
    fits = True
    env = {"DATABASE_URL": url} if url else {}
    for title, words in COMMANDS.items():

        def way(name: str, words: tuple[str, ...] = words) -> Callable[[], None]:
            # Stock has no command of its own.
            told = COMMANDS["alembic current"] if name == STOCK and words[1] == PACKAGE else words
            return lambda: void(run(python[name], *told, cwd=folders[name], **env))

        found = medians({name: way(name) for name in folders}, repeats)
        seconds = ", ".join(f"{name} {found[name]:.3f} s" for name in found)
        print(f"{title}, {what}: {seconds} (medians of {repeats})")
        for other, bar in ((STOCK, STOCK_BAR), (BEFORE, BEFORE_BAR)):
            if other in found:
                ratio = found[OURS] / found[other]
                verdict = "within" if ratio <= bar else "ABOVE"
                print(f"    beside {other}: {ratio:.2f}, {verdict} the bar of {bar}")
                fits &= ratio <= bar
    return fits


def void(_: object) -> None:
    """Drop what a command said."""


def main() -> None:
    """Measure and report."""
    with scratch_folder() as scratch, running_server() as server, server.database() as database:
        ours, stock = bake(scratch), scratch / "stock"
        url = server.url(database)
        folders = {OURS: ours, STOCK: stock}
        older = older_service(scratch)
        if older is None:
            print(f"{OLDER} is not in this repository's history: nothing is held against it")
        else:
            folders[BEFORE] = older
        python = {name: python_of(folder) for name, folder in folders.items()}
        python[STOCK] = python[OURS]
        run(python[OURS], "-m", PACKAGE, "db", "revision", "--first", cwd=ours)
        versions = next(ours.glob("src/*/db/alembic/versions"))
        stock_environment(stock, python[OURS].with_name("alembic"), url, versions)
        if older is not None:
            shutil.copytree(versions, next(older.glob("src/*/db/alembic")) / "versions")
        run(python[OURS], "-m", "alembic", "upgrade", "head", cwd=ours, DATABASE_URL=url)
        fits = compare("server up", folders, python, url, UP_REPEATS)
        # Each starts its own.
        del folders[STOCK]
        for name, folder in folders.items():
            run(python[name], "-m", "alembic", "upgrade", "head", cwd=folder)
        fits &= compare("server down", folders, python, "", DOWN_REPEATS)
    sys.exit(not fits)


if __name__ == "__main__":
    main()
