"""mypy, strict, on the engine where it lies in the template: ``python tests/lint_engine.py``.

Each database in turn: a service of links, with the engine's own folder and the few modules of the
owner's that its ``service.py`` imports. Prints what mypy finds, with the path in the template; the
exit code is 1 where it finds anything. ``--replace FILE=OTHER`` checks OTHER in place of FILE.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parents[1]
PACKAGE = TEMPLATE / "{{cookiecutter.project_slug}}/src/{{cookiecutter.package_name}}"
ENGINE = PACKAGE / "online"
DATABASES = ("postgresql", "mysql", "sqlite")
MODELS = """
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass
"""
OPTIONS = """
[tool.mypy]
strict = true
platform = "linux"
files = ["service"]
"""


def link(engine: Path, into: Path, database: str, replaced: dict[Path, Path]) -> None:
    """Link the files of *engine* that a service on *database* has *into* a folder."""
    for path in engine.rglob("*.py"):
        inside = path.relative_to(engine)
        others = set(DATABASES) - {database} | ({"servers"} if database == "sqlite" else set())
        if inside.parts[0] not in others:
            (into / inside).parent.mkdir(parents=True, exist_ok=True)
            os.symlink(replaced.get(path, path), into / inside)


def write_service(into: Path, database: str) -> None:
    """Write the owner's modules that the engine knows."""
    answers = {"package_name": "service", "project_slug": "service", "database": database}
    condition = f"{{% if cookiecutter.__{database} %}}"
    for source, name in (
        ("__init__.py", "__init__.py"),
        ("settings.py", "settings.py"),
        ("db/__init__.py", "db/__init__.py"),
        ("db/rules.py", "db/rules.py"),
        (f"db/{condition}ownership.py{{% endif %}}", "db/ownership.py"),
    ):
        text = (PACKAGE / source).read_text(encoding="utf-8")
        for answer, value in answers.items():
            text = text.replace("{{ cookiecutter." + answer + " }}", value)
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_text(text, encoding="utf-8")
    (into / "db" / "models.py").write_text(MODELS, encoding="utf-8")


def check(database: str, cache: Path, replaced: dict[Path, Path]) -> str:
    """Return what mypy finds in the engine of a service on *database*."""
    with tempfile.TemporaryDirectory() as folder:
        service = Path(folder) / "service"
        write_service(service, database)
        link(ENGINE, service / "online", database, replaced)
        (Path(folder) / "pyproject.toml").write_text(OPTIONS, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "mypy", "--cache-dir", cache],
            cwd=folder,
            capture_output=True,
            text=True,
        )
    if not done.returncode:
        return ""
    here = PACKAGE.relative_to(TEMPLATE).as_posix()
    return (done.stdout + done.stderr).replace("service/online/", f"{here}/online/")


def main() -> int:
    """Check the engine for each database; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replace", action="append", default=[], metavar="FILE=OTHER")
    pairs = [pair.split("=") for pair in parser.parse_args().replace]
    replaced = {Path(file): Path(other) for file, other in pairs}
    cache = TEMPLATE / ".mypy_cache" / "engine"
    found = [check(database, cache / database, replaced) for database in DATABASES]
    print("\n".join(filter(None, found)), end="")
    return 1 if any(found) else 0


if __name__ == "__main__":
    sys.exit(main())
