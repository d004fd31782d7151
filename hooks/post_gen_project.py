"""After generation: the environment, the first migration, git, and what to type next.

Runs in cookiecutter's own interpreter, so on the standard library alone. A step that cannot be
done says why, and the command that does it later is told at the end; the project always stays.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ANSWERS = json.loads(r'''{{ cookiecutter | tojson }}''')  # fmt: skip
SLUG, PACKAGE = ANSWERS["project_slug"], ANSWERS["package_name"]
OLDEST_PYTHON = tuple(int(part) for part in ANSWERS["python_version"].split("."))
VERSIONS = Path("src", PACKAGE, "db", "alembic", "versions")
BIN = Path(".venv", "Scripts" if os.name == "nt" else "bin")
COMMIT_MESSAGE = f"Start {SLUG} from cookiecutter-alembic-service"

# Of the caller's own environment: cookiecutter's interpreter, or a repository whose git hook
# called us. Ours is the project's.
NOT_OURS = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in NOT_OURS} | {
    "UV_NO_PROGRESS": "1",
    "NO_COLOR": "1",
}


class NotDone(Exception):
    """A step could not be done: a short reason, and the last lines that the tool wrote."""

    def __init__(self, reason: str, output: str = "", later: list[str] | None = None) -> None:
        """Keep what the report needs; *later* replaces the step's own commands."""
        super().__init__(reason)
        self.last_lines = [line.rstrip() for line in output.splitlines() if line.strip()][-6:]
        self.later = later


@dataclass
class Step:
    """One step: ``do`` returns what it did or raises NotDone; ``later`` does it by hand."""

    name: str
    do: Callable[[], str]
    later: list[str]
    needs: str | None = None


def run(*command: str) -> str:
    """Run *command* in the project and return its output; raise NotDone when it fails."""
    try:
        done = subprocess.run(
            command,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise NotDone(f"{command[0]} did not start: {error}") from error
    if done.returncode:
        raise NotDone(f"{shlex.join(command)} ended with {done.returncode}", done.stdout)
    return done.stdout


class Uv:
    """An environment from ``uv sync``, used through ``uv run``."""

    later = ["uv sync"]
    python = ("uv", "run", "--no-sync", "python")
    prefix = "uv run "

    def install(self) -> str:
        """Create the environment; return the command that did."""
        try:
            run("uv", "sync")
        except NotDone as error:
            if any("No interpreter found" in line for line in error.last_lines):
                raise _no_python("uv finds none", "\n".join(error.last_lines)) from error
            raise
        return "uv sync: done"


class Pip:
    """An environment from venv and pip, where there is no uv."""

    def __init__(self) -> None:
        """Choose the Python that the environment is made with."""
        self._found = _python()
        python = shlex.quote(self._found or "python{}.{}".format(*OLDEST_PYTHON))
        self.python = (str(BIN / "python"),)
        self.prefix = f"{BIN}{os.sep}"
        # The pip that venv brings may be too old to know --group.
        self.later = [
            f"{python} -m venv .venv",
            f"{self.prefix}python -m pip install --upgrade pip",
            f"{self.prefix}python -m pip install --editable . --group dev",
        ]

    def install(self) -> str:
        """Create the environment; return the commands that did."""
        if self._found is None:
            raise _no_python("this is {}.{}, and PATH holds none".format(*sys.version_info))
        for command in self.later:
            first, *rest = shlex.split(command) if os.name != "nt" else command.split()
            run(first, *rest)
        return "venv and pip: done (uv is not on PATH)"


def _python() -> str | None:
    """Return a Python that the project supports: this one, else one that runs on PATH."""
    if sys.version_info >= OLDEST_PYTHON:
        return sys.executable
    major, oldest = OLDEST_PYTHON
    for minor in range(oldest, oldest + 5):
        name = f"python{major}.{minor}"
        # A version manager may leave a name on PATH that runs nothing.
        if shutil.which(name) and not subprocess.run([name, "-c", ""], capture_output=True).returncode:
            return name
    return None


def _no_python(why: str, output: str = "") -> NotDone:
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return NotDone(f"the project needs Python {wanted} or later: {why}", output)


def write_first_migration(python: tuple[str, ...]) -> str:
    """Write the first revision with the service's own Alembic environment, without a database."""
    if not any(VERSIONS.glob("*.py")):
        run(*python, "-m", PACKAGE, "db", "revision", "--first")
    return ", ".join(path.as_posix() for path in sorted(VERSIONS.glob("*.py")))


def start_repository() -> str:
    """Make a repository with a first commit, unless the project lies in one already."""
    here = Path.cwd()
    around = next((place for place in (here, *here.parents) if (place / ".git").exists()), None)
    if around:
        return f"nothing to do: the project lies in the repository {around}"
    if not shutil.which("git"):
        raise NotDone("git is not on PATH")
    run("git", "-c", "init.defaultBranch=main", "init")
    run("git", "add", "--all")
    commit = shlex.join(["git", "commit", "--message", COMMIT_MESSAGE])
    try:
        # Otherwise git may put together an identity from the names of user and machine.
        run("git", "-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT")
    except NotDone as error:
        raise NotDone(
            "all is staged, but git does not know your name and e-mail address",
            later=[
                'git config --global user.name "Your Name"',
                "git config --global user.email you@example.com",
                commit,
            ],
        ) from error
    try:
        run("git", "commit", "--quiet", "--message", COMMIT_MESSAGE)
    except NotDone as error:
        raise NotDone(
            "all is staged, but the commit failed", "\n".join(error.last_lines), [commit]
        ) from error
    return "first commit made, on the branch main"


def take(steps: list[Step]) -> list[str]:
    """Take the *steps* in order, telling each one's outcome; return the commands still to run."""
    undone: dict[str, list[str]] = {}
    stopped = False
    for step in steps:
        print(f"  {step.name:<16} ", end="", flush=True)
        if stopped or step.needs in undone:
            print("skipped: " + ("stopped" if stopped else f"it needs the {step.needs}"))
            undone[step.name] = step.later
            continue
        try:
            print(step.do())
        except (NotDone, OSError) as error:
            print(f"NOT DONE: {error}")
            for line in getattr(error, "last_lines", []):
                print(f"  {'':<16} | {line}")
            undone[step.name] = getattr(error, "later", None) or step.later
        except KeyboardInterrupt:
            print("NOT DONE: stopped by you")
            undone[step.name] = step.later
            stopped = True
    return [command for commands in undone.values() for command in commands]


def folder() -> str:
    """Return the project's folder as the caller would type it."""
    here, caller = str(Path.cwd()), os.environ.get("PWD")
    if caller and here.startswith(os.path.join(os.path.realpath(caller), "")):
        here = os.path.relpath(here, os.path.realpath(caller))
    return shlex.quote(here)


def main() -> None:
    """Take the steps, then tell what is still to do and what comes next."""
    environment = Uv() if shutil.which("uv") else Pip()
    left = take(
        [
            Step("environment", environment.install, environment.later),
            Step(
                "first migration",
                lambda: write_first_migration(environment.python),
                [f"{environment.prefix}{SLUG} db revision --first"],
                needs="environment",
            ),
            Step(
                "git",
                start_repository,
                ["git init", "git add --all", shlex.join(["git", "commit", "-m", COMMIT_MESSAGE])],
            ),
        ]
    )
    if left:
        print("\nStill to do, in this order:", f"cd {folder()}", *left, sep="\n  ")
        print("\nThen:", end="")
    else:
        print("\nNext:", f"cd {folder()}", sep="\n  ", end="")
    print("", *(f"{environment.prefix}{command}" for command in NEXT), sep="\n  ")


NEXT = (
    "alembic upgrade head   # on a PostgreSQL of its own: there is nothing to install or start",
    "alembic check",
    "pytest",
)

if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a character of a path or a message shows its number instead.
        stream.reconfigure(errors="backslashreplace")
    main()
