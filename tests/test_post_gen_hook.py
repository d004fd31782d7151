"""The hook after generation, imported: how it takes steps, and what it says."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from baking import TEMPLATE

import hooks


@pytest.fixture
def hook() -> Any:
    """The hook, rendered with the default answers."""
    return hooks.load("post_gen_project")


def test_a_failed_step_stops_only_what_needs_it(
    hook: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Catches a failure that hides, or that takes independent steps with it."""

    def fail() -> str:
        raise hook.NotDone("no luck", "first\nerror: why\n  more")

    left = hook.take(
        [
            hook.Step("one", fail, ["do one"]),
            hook.Step("two", lambda: "done", ["do two"], needs="one"),
            hook.Step("three", lambda: "done", ["do three"]),
        ]
    )
    assert left == ["do one", "do two"]
    told = [line.split(maxsplit=1)[1] for line in capsys.readouterr().out.splitlines()]
    assert told == [
        *["NOT DONE: no luck", "error: why", "more"],
        *["skipped: it needs the one", "done"],
    ]


def test_ctrl_c_stops_the_rest_and_tells_it(hook: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Catches an impatient author who loses the project, or is not told what is missing."""

    def interrupt() -> str:
        raise KeyboardInterrupt

    steps = [hook.Step(name, interrupt, [f"do {name}"]) for name in ("one", "two")]
    assert hook.take(steps) == ["do one", "do two"]
    assert "stopped by you" in capsys.readouterr().out


def test_a_tool_that_cannot_start_is_a_failed_step(hook: Any) -> None:
    """Catches a traceback where a tool is missing or not executable."""
    with pytest.raises(hook.NotDone, match="no-such-tool did not start"):
        hook.run("no-such-tool")


def test_only_the_lines_that_say_why_are_shown(hook: Any) -> None:
    """Catches pages of a tool's output around the one line that matters."""
    plain = hook.NotDone("", "\n".join(map(str, range(50))))
    assert plain.lines == ["44", "45", "46", "47", "48", "49"]
    with_error = hook.NotDone("", "noise\nERROR: why\n\n" + "hint\n" * 50)
    assert with_error.lines == ["ERROR: why", *["hint"] * 5]


def test_tools_do_not_see_the_callers_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Catches uv that installs into cookiecutter's own environment, or git into another's."""
    for name in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "GIT_DIR", "GIT_INDEX_FILE"):
        monkeypatch.setenv(name, str(tmp_path))
    seen = hooks.load("post_gen_project").run(sys.executable, "-c", "import os; print(os.environ)")
    assert str(tmp_path) not in seen


@pytest.mark.parametrize("oldest", ["3.11", "3.13"])
def test_pip_takes_a_python_that_is_new_enough(
    oldest: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Catches an environment on cookiecutter's own Python where the project needs a later one."""
    hook = hooks.load("post_gen_project", python_version=oldest)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(hook.sys, "version_info", (3, 12, 1))
    if oldest == "3.11":
        assert hook.Pip().later[0] == f"{sys.executable} -m venv .venv"
        return
    with pytest.raises(hook.NotDone, match=r"Python 3\.13 or later: this is 3\.12, and PATH holds"):
        hook.Pip().install()
    (tmp_path / "python3.13").write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    for name, code in (("python3.13", 127), ("python3.14", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    assert hook.Pip().later[0] == f"{tmp_path}/python3.14 -m venv .venv"


def test_folder_is_told_from_where_the_author_stands(
    hook: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Catches a ``cd`` that leads nowhere."""
    project = tmp_path / "two words" / "service"
    project.mkdir(parents=True)
    monkeypatch.chdir(project)
    for caller, told in {
        str(tmp_path): "'two words/service'",
        str(tmp_path / "two"): f"'{project}'",
        "/somewhere/else": f"'{project}'",
    }.items():
        monkeypatch.setenv("PWD", caller)
        assert hook.folder() == told


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs the device /dev/full")
def test_project_stays_where_nobody_reads(tmp_path: Path, generated: Path) -> None:
    """Catches output that cannot be written (a closed pipe, a full disk) and costs the project."""
    command = [sys.executable, "-m", "cookiecutter", str(TEMPLATE), "--no-input", "-o", "out"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "out/invoice-service").glob("src/*/db/alembic/versions/*.py"))


PACKAGE = "src/invoice_service"


def folders_in(place: Path) -> set[str]:
    """Return the paths of all folders in *place*."""
    return {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_dir()}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: a folder for the hooks to work in."""
    folder = tmp_path / "invoice-service"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def generate() -> None:
    """Write what the template writes of all databases, and folders that no answer fills."""
    for place in (f"{PACKAGE}/online", "tests/online"):
        for name in ("postgresql", "mysql", "servers", "sqlite", "session"):
            Path(place, name, "inner").mkdir(parents=True, exist_ok=True)
            Path(place, name, "inner/lock.py").touch()
    for empty in (".github/workflows", f"{PACKAGE}/api/inner"):
        Path(empty).mkdir(parents=True, exist_ok=True)


@pytest.mark.parametrize(
    ("database", "needed"),
    [
        ("postgresql", {"postgresql", "servers"}),
        ("mysql", {"mysql", "servers"}),
        ("sqlite", {"sqlite"}),
    ],
)
def test_only_the_chosen_database_stays(database: str, needed: set[str], project: Path) -> None:
    """Catches machinery of a database that was not chosen, or a chosen one that goes."""
    generate()
    told = hooks.load("post_gen_project", database=database).remove_folders()
    assert told == f"those that {database} needs"
    for place in (project / PACKAGE / "online", project / "tests/online"):
        assert {path.name for path in place.iterdir()} == needed | {"session"}
    assert {path.name for path in (project / PACKAGE).iterdir()} == {"online"}
    assert not (project / ".github").exists()


def test_what_was_there_before_stays(project: Path) -> None:
    """Catches a project that is written over and loses folders of its owner's, empty or not."""
    owners = {"data/incoming", "src/invoice_service/online/mysql/mine", ".git/refs", ".postgres/x"}
    for folder in owners:
        Path(folder).mkdir(parents=True)
    before = folders_in(project)
    hooks.load("pre_gen_project").note_folders()
    generate()
    told = hooks.load("post_gen_project").remove_folders()
    left = folders_in(project)
    assert before <= left
    assert told.endswith("left from before: src/invoice_service/online/mysql")
    assert not any("sqlite" in path or "api" in path or ".github" in path for path in left)
    assert [path.name for path in project.iterdir() if path.is_file()] == []


def test_what_is_left_of_another_database_is_told(project: Path) -> None:
    """Catches a service on MySQL with revisions of PostgreSQL's, of which nobody has heard."""
    revision = Path(PACKAGE, "db/alembic/versions/0001_first.py")
    for path in (revision, Path("docs/scaling.md"), Path("docs/mine.md"), Path("docs/tls.md")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    Path(PACKAGE, "__init__.py").write_text('SLUG = "x"\nDATABASE = "postgresql"\n')
    hooks.load("pre_gen_project", database="mysql").note_folders()
    told = hooks.load("post_gen_project", database="mysql").remove_folders()
    assert told == (
        "those that mysql needs; nothing of mysql reads docs/scaling.md; "
        f"written for postgresql: {revision}"
    )
    hooks.load("pre_gen_project").note_folders()
    assert hooks.load("post_gen_project").remove_folders() == "those that postgresql needs"


def test_files_of_one_database(rendered: Callable[..., Path]) -> None:
    """Catches a file that only some databases have and that the hook does not know."""
    hook = hooks.load("post_gen_project")
    found = {name: files_in(rendered(database=name)) for name in hook.DATABASE_FOLDERS}
    common = set.intersection(*found.values())
    for name, files in found.items():
        assert files - common == hook.files_of(name), name


def files_in(folder: Path) -> set[str]:
    """Return the files in *folder* but for the machinery, by their paths."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if "online" not in path.parts}


def test_a_folder_that_cannot_go_is_a_failed_step(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a traceback where a folder is locked, or no word on how to remove it."""
    generate()
    hook = hooks.load("post_gen_project")

    def locked(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(hook.shutil, "rmtree", locked)
    with pytest.raises(hook.NotDone, match="Permission denied") as failed:
        hook.remove_folders()
    places = (f"{PACKAGE}/online", "tests/online")
    going = [f"{place}/{name}" for place in places for name in ("mysql", "sqlite")]
    assert failed.value.later == ["rm -r " + " ".join(going)]


@pytest.mark.parametrize("system", ["Linux", "without /proc"])
@pytest.mark.parametrize(
    ("project", "clone", "context", "compared"),
    [
        ("tmp0123abc_/invoice-service", "tmpa1b2c3d4/repo", ("_commit",), True),
        # cruft create: elsewhere, and in a folder of Python's tempfile.
        ("work/invoice-service", "tmpa1b2c3d4", ("_commit",), False),
        ("tmp0123abc_/invoice-service", "tmpa1b2c3d4", ("_commit",), False),
        # cookiecutter, and with a clone of the template that happens to be named so.
        ("tmp0123abc_/invoice-service", "tmpa1b2c3d4/repo", ("_output_dir",), False),
        # A project that an update runs beside, in a folder that its owner has made.
        ("tmp-of-mine/invoice-service", "tmpa1b2c3d4/repo", ("_commit",), False),
    ],
)
def test_what_cruft_only_compares_is_no_project(
    system: str,
    project: str,
    clone: str,
    context: tuple[str, ...],
    compared: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Catches a project without its environment, or one made in full to be thrown away."""
    hook = hooks.load("post_gen_project")
    for folder in (project, clone):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / project)
    monkeypatch.setattr(hook.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(hook, "ANSWERS", hook.ANSWERS | dict.fromkeys(context, "x"))

    def parents_folder(path: str) -> str:
        if system == "Linux":
            return str(tmp_path / clone)
        raise FileNotFoundError(path)

    monkeypatch.setattr(hook.os, "readlink", parents_folder)
    assert hook.is_bake_to_compare() is compared


def test_no_variable_of_a_calling_git_is_left(hook: Any) -> None:
    """Catches a repository, an index or a configuration of the git whose hook called us."""
    listed = subprocess.run(
        ["git", "rev-parse", "--local-env-vars"], capture_output=True, text=True, check=True
    )
    assert set(listed.stdout.split()) <= hook.NOT_OURS


@pytest.mark.parametrize("forbidden", ["1", ""])
def test_bytecode_that_no_command_would_write(
    monkeypatch: pytest.MonkeyPatch, forbidden: str
) -> None:
    """Catches an environment that compiles its libraries anew at each command."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", forbidden)
    hook = hooks.load("post_gen_project")
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(hook, "run", lambda *command: ran.append(command))
    environment = hook.Uv()
    environment.install()
    assert ran == [("uv", "sync", *(["--compile-bytecode"] if forbidden else []))]
    assert environment.later == [" ".join(ran[0])]


def test_all_of_gits_variables_are_kept_out() -> None:
    """Catches a release of Git with a variable more that leads into another repository."""
    said = subprocess.run(["git", "rev-parse", "--local-env-vars"], capture_output=True, text=True)
    assert set(said.stdout.split()) <= hooks.load("post_gen_project").NOT_OURS
