"""After generation: folders, the environment, the first migration, git, and what to type next.

Runs in cookiecutter's own interpreter, so on the standard library alone. A step that cannot be
done says why, and the command that does it later is told at the end; the project always stays.
"""

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ANSWERS = json.loads(r'''{{ cookiecutter | tojson }}''')  # fmt: skip
SLUG, PACKAGE = ANSWERS["project_slug"], ANSWERS["package_name"]
OLDEST_PYTHON = tuple(int(part) for part in ANSWERS["python_version"].split("."))
VERSIONS = Path("src", PACKAGE, "db", "alembic", "versions")
# Each database's own folders, in the machinery and in its tests; those of the others go.
DATABASE_FOLDERS = {
    "postgresql": {"postgresql", "servers"},
    "mysql": {"mysql", "servers"},
    "sqlite": {"sqlite"},
}
# Files that a service has on some databases only.
DATABASE_FILES = {
    "postgresql": {".squawk.toml", "docs/scaling.md", "tests/factories.py"},
    "mysql": {"docs/mysql.md"},
    "sqlite": set[str](),
}
OF_SERVERS = {
    "docs/tls.md",
    *(
        f"deploy/{name}.yaml"
        for name in (*("contract-job", "deployment", "expand-job", "network-policy", "service"),)
    ),
}
MACHINERY = (Path("src", PACKAGE, "online"), Path("tests", "online"))
NOT_WRITTEN = (".git", ".postgres", ".venv")
# Where the hook before generation has written which folders were there already.
FOLDERS_BEFORE = Path(".folders-before-generation.json")
BIN = Path(".venv", "Scripts" if os.name == "nt" else "bin")
COMMIT_MESSAGE = f"Start {SLUG} from cookiecutter-alembic-service"

# Of the caller's own environment: cookiecutter's interpreter, or a repository whose git hook
# called us (what "git rev-parse --local-env-vars" lists). Ours is the project's.
NOT_OURS = set(
    """
    VIRTUAL_ENV PYTHONHOME PYTHONPATH
    GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_COMMON_DIR GIT_CONFIG GIT_CONFIG_COUNT
    GIT_CONFIG_PARAMETERS GIT_DIR GIT_GRAFT_FILE GIT_IMPLICIT_WORK_TREE GIT_INDEX_FILE
    GIT_INTERNAL_SUPER_PREFIX GIT_NO_REPLACE_OBJECTS GIT_OBJECT_DIRECTORY GIT_PREFIX
    GIT_REPLACE_REF_BASE GIT_SHALLOW_FILE GIT_WORK_TREE
    """.split()
)
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in NOT_OURS} | {
    "UV_NO_PROGRESS": "1",
    "NO_COLOR": "1",
}


class NotDone(Exception):
    """A step could not be done: a short reason, and the lines in which the tool says why."""

    def __init__(self, reason: str, output: str = "", later: list[str] | None = None) -> None:
        """Keep what the report needs; *later* replaces the step's own commands."""
        super().__init__(reason)
        lines = [line.rstrip() for line in output.splitlines() if line.strip()]
        errors = [at for at, line in enumerate(lines) if line.lower().startswith("error")]
        self.lines = lines[errors[0] :][:6] if errors else lines[-6:]
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


def say(text: str, end: str = "\n") -> None:
    """Print *text* at once; where it cannot be written, fall silent rather than fail."""
    try:
        print(text, end=end, flush=True)
    except OSError:
        # Nobody reads, or a log's disk is full. Python would fail once more on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Uv:
    """An environment from ``uv sync``, used through ``uv run``."""

    python = ("uv", "run", "--no-sync", "python")
    prefix = "uv run "

    def __init__(self) -> None:
        """Choose the command; it compiles what no command would ever write down (pip always does)."""
        never_written = bool(ENVIRONMENT.get("PYTHONDONTWRITEBYTECODE"))
        self._command = ("uv", "sync", *(["--compile-bytecode"] if never_written else []))
        self.later = [shlex.join(self._command)]

    def install(self) -> str:
        """Create the environment; return the command that did."""
        try:
            run(*self._command)
        except NotDone as error:
            try:
                run("uv", "python", "find", f">={_dotted(OLDEST_PYTHON)}")
            except NotDone:
                raise _no_python("uv finds none", error.lines) from error
            raise
        return f"{shlex.join(self._command)}: done"


class Pip:
    """An environment from venv and pip, where there is no uv."""

    python = (str(BIN / "python"),)
    prefix = f"{BIN}{os.sep}"

    def __init__(self) -> None:
        """Choose the Python that the environment is made with."""
        self._found = _python()
        self._commands = [
            (self._found or f"python{_dotted(OLDEST_PYTHON)}", "-m", "venv", ".venv"),
            # The pip that venv brings may be too old to know --group.
            (*self.python, "-m", "pip", "install", "--upgrade", "pip"),
            (*self.python, "-m", "pip", "install", "--editable", ".", "--group", "dev"),
        ]
        self.later = [shlex.join(command) for command in self._commands]

    def install(self) -> str:
        """Create the environment; return the commands that did."""
        if self._found is None:
            raise _no_python(f"this is {_dotted(sys.version_info[:2])}, and PATH holds none")
        for command in self._commands:
            run(*command)
        return "venv and pip: done (uv is not on PATH)"


def _python() -> str | None:
    """Return a Python that the project supports: this one, else one that runs on PATH."""
    if sys.version_info >= OLDEST_PYTHON:
        return sys.executable
    major, oldest = OLDEST_PYTHON
    for minor in range(oldest, oldest + 5):
        found = shutil.which(f"python{major}.{minor}")
        # A version manager may leave a name on PATH that runs nothing.
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return found
    return None


def _no_python(why: str, lines: Sequence[str] = ()) -> NotDone:
    reason = f"the project needs Python {_dotted(OLDEST_PYTHON)} or later: {why}"
    return NotDone(reason, "\n".join(lines))


def _dotted(version: Sequence[int]) -> str:
    return ".".join(map(str, version))


def before_generation() -> tuple[set[str], str | None]:
    """Return the folders that were here before, by their paths, and the database; forget both."""
    if not FOLDERS_BEFORE.is_file():
        return set(), None
    noted = json.loads(FOLDERS_BEFORE.read_text(encoding="utf-8"))
    FOLDERS_BEFORE.unlink()
    return set(noted["folders"]), noted["database"]


def files_of(database: str) -> set[str]:
    """Return the files that a service has for *database*, and not on every other one."""
    return DATABASE_FILES[database] | (set() if database == "sqlite" else OF_SERVERS)


def left_of(database: str | None) -> list[str]:
    """Return what is said of the files that were made for *database*, where it was another one."""
    now = ANSWERS["database"]
    if database in (None, now):
        return []
    files = sorted(name for name in files_of(database) - files_of(now) if Path(name).exists())
    revisions = sorted(path.as_posix() for path in VERSIONS.glob("*.py"))
    told = [f"nothing of {now} reads {', '.join(files)}"] if files else []
    if revisions:
        told.append(f"written for {database}: {', '.join(revisions)}")
    return told


def remove_folders() -> str:
    """Remove the folders that the answers leave without a use; return what stays.

    A folder's own name cannot depend on answers, so those of all databases are written, and those
    of files that no answer wants. What was here before generation is the owner's, and stays.
    """
    before, database = before_generation()
    needed = DATABASE_FOLDERS[ANSWERS["database"]]
    names = sorted(set().union(*DATABASE_FOLDERS.values()) - needed)
    unchosen = [path for place in MACHINERY for name in names if (path := place / name).is_dir()]
    left = [path for path in unchosen if path.as_posix() in before]
    going = [path for path in unchosen if path not in left]
    try:
        for path in going:
            shutil.rmtree(path)
        # Inner ones first.
        for path in reversed(_folders()):
            if path.as_posix() not in before and not any(path.iterdir()):
                path.rmdir()
    except OSError as error:
        raise NotDone(str(error), later=[shlex.join(["rm", "-r", *map(str, going)])]) from error
    told = [f"those that {ANSWERS['database']} needs"]
    if left:
        told.append(f"left from before: {', '.join(map(str, left))}")
    return "; ".join([*told, *left_of(database)])


def _folders() -> list[Path]:
    """Return the project's folders, each before those in it."""
    found = []
    for at, names, _ in os.walk("."):
        names[:] = [name for name in names if Path(at, name).parts[0] not in NOT_WRITTEN]
        found += [path for name in names if not (path := Path(at, name)).is_symlink()]
    return found


def is_bake_to_compare() -> bool:
    """Tell whether cruft generates this only to compare: in "cruft update" and "cruft diff".

    Nobody will see the folder, so it needs no environment and no commit; and what is printed
    would stand in the patch that "cruft diff" writes. Otherwise than "cruft create", these two
    generate in a temporary folder, from a clone in the folder "repo" of another one. Whatever
    does not look so in every point is a project.
    """
    by_cruft = "_commit" in ANSWERS and "_output_dir" not in ANSWERS
    return by_cruft and _in_temporary(Path.cwd(), SLUG) and any(map(_is_clone, _templates()))


def _templates() -> list[Path]:
    """Return where the template that generates this may lie."""
    try:
        # cookiecutter stands in the template while its hooks run.
        return [Path(os.readlink(f"/proc/{os.getppid()}/cwd"))]
    except OSError:
        return list(Path(tempfile.gettempdir()).glob("tmp*/repo"))


def _is_clone(template: Path) -> bool:
    """Tell whether *template* is the folder "repo" in a temporary one, or a folder in that."""
    return any(_in_temporary(path, "repo") for path in (template, *template.parents))


def _in_temporary(path: Path, name: str) -> bool:
    """Tell whether *path* is *name* in a folder that Python's ``tempfile`` has made."""
    path = path.resolve()
    return (
        path.name == name
        and re.fullmatch(r"tmp[a-z0-9_]{8}", path.parent.name) is not None
        and path.parent.parent == Path(tempfile.gettempdir()).resolve()
    )


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
            "all is staged, but the commit failed", "\n".join(error.lines), [commit]
        ) from error
    return "first commit made, on the branch main"


def take(steps: list[Step]) -> list[str]:
    """Take the *steps* in order, telling each one's outcome; return the commands still to run."""
    undone: dict[str, list[str]] = {}
    stopped = False
    for step in steps:
        say(f"  {step.name:<16} ", end="")
        if stopped or step.needs in undone:
            say("skipped: " + ("stopped" if stopped else f"it needs the {step.needs}"))
            undone[step.name] = step.later
            continue
        try:
            say(step.do())
        except (NotDone, OSError) as error:
            say(f"NOT DONE: {error}")
            for line in getattr(error, "lines", []):
                say(f"  {'':<16} | {line}")
            undone[step.name] = getattr(error, "later", None) or step.later
        except KeyboardInterrupt:
            say("NOT DONE: stopped by you")
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
    if is_bake_to_compare():
        remove_folders()
        return
    environment = Uv() if shutil.which("uv") else Pip()
    left = take(
        [
            Step("folders", remove_folders, []),
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
                [
                    "git init --initial-branch main",
                    "git add --all",
                    shlex.join(["git", "commit", "-m", COMMIT_MESSAGE]),
                ],
            ),
        ]
    )
    following = [f"{environment.prefix}{command}" for command in NEXT]
    if left:
        paragraphs = [["Still to do, in this order:", f"cd {folder()}", *left]]
        paragraphs.append(["Then:", *following])
    else:
        paragraphs = [["Next:", f"cd {folder()}", *following]]
    for lines in paragraphs:
        say("\n" + "\n  ".join(lines))


ON_WHAT = {
    "postgresql": "on a PostgreSQL of its own: there is nothing to install or start",
    "mysql": "on the MySQL in DATABASE_URL: .env.example and compose.yaml have one",
    "sqlite": "on a file in this folder: there is nothing to install or start",
}
NEXT = (
    f"alembic upgrade head   # {ON_WHAT[ANSWERS['database']]}",
    "alembic check",
    "pytest",
)

if __name__ == "__main__":
    # A console that lacks a character of a path or a message shows its number instead.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    main()
