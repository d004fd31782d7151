"""The hook after generation, imported: how it takes steps, and what it says."""

import os
import subprocess
import sys
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


def test_folders_without_a_file_go(
    hook: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches an empty folder that no answer has put a file into, and one of others that goes."""
    monkeypatch.chdir(tmp_path)
    for folder in (".github/workflows", "deploy", "src/api/inner", ".git/refs/tags", ".postgres/x"):
        Path(folder).mkdir(parents=True)
    Path("deploy/job.yaml").touch()
    hook.remove_empty_folders()
    left = {path.as_posix() for path in Path().rglob("*")}
    assert left == {
        *("deploy", "deploy/job.yaml"),
        *(".git", ".git/refs", ".git/refs/tags", ".postgres", ".postgres/x"),
    }
