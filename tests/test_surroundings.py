"""Generation on machines that lack something: the project is there, and says what is missing."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from baking import TEMPLATE, revisions, run

pytestmark = pytest.mark.slow

Generate = Callable[..., tuple[Path, str]]


@pytest.fixture
def generate(
    cookies: Any, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Generate:
    """Return a function that generates the default service with only some tools on PATH."""

    def generate(tmp_path: Path, *tools: str, **environment: str) -> tuple[Path, str]:
        path = tmp_path / "tools"
        path.mkdir()
        for tool in tools:
            (path / tool).symlink_to(str(shutil.which(tool)))
        if "uv" in tools:
            (path / "python3").symlink_to(Path(sys.executable).resolve())
        capfd.readouterr()
        with monkeypatch.context() as patch:
            for name, value in {"PATH": str(path), **environment}.items():
                patch.setenv(name, value)
            result = cookies.bake(template=str(TEMPLATE))
        assert result.exception is None
        return result.project_path, capfd.readouterr().out

    return generate


def still_to_do(told: str) -> list[str]:
    """Return the commands that the hook told, without those that come after them."""
    block = told.partition("Still to do, in this order:\n")[2].partition("\n\n")[0]
    return [line.strip() for line in block.splitlines()]


def do(commands: list[str]) -> None:
    """Type *commands* into one shell."""
    done = subprocess.run(
        ["sh", "-e"], input="\n".join(commands), capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_uv(generate: Generate, generated: Path, tmp_path: Path) -> None:
    """Catches a hook that cannot do with venv and pip what it does with uv."""
    folder, told = generate(tmp_path, "git")
    assert "venv and pip: done" in told
    assert "NOT DONE" not in told
    assert ".venv/bin/alembic upgrade head" in told
    (mine,) = revisions(folder)
    (its,) = revisions(generated)
    assert (mine.name, mine.read_bytes()) == (its.name, its.read_bytes())
    run(folder / ".venv/bin/alembic", "upgrade", "head", cwd=folder)
    run(folder / ".venv/bin/alembic", "check", cwd=folder)
    run(folder / ".venv/bin/pytest", "--version", cwd=folder)


def test_without_git(generate: Generate, tmp_path: Path) -> None:
    """Catches a hook that fails, or says nothing, where git is missing."""
    folder, told = generate(tmp_path, "uv")
    assert "git              NOT DONE: git is not on PATH" in told
    assert len(revisions(folder)) == 1
    assert not (folder / ".git").exists()
    do(still_to_do(told))
    assert run("git", "status", "--porcelain", cwd=folder) == ""
    assert run("git", "branch", "--show-current", cwd=folder) == "main\n"


def test_without_git_identity(
    generate: Generate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a commit in the name of root@localhost, or files that are not even staged."""
    for variable in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.delenv(f"{variable}_NAME")
        monkeypatch.delenv(f"{variable}_EMAIL")
    monkeypatch.delenv("EMAIL", raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    folder, told = generate(tmp_path, "uv", "git")
    assert "all is staged, but git does not know your name" in told
    run("git", "rev-parse", "--verify", "HEAD", cwd=folder, code=128)
    status = run("git", "status", "--porcelain", cwd=folder).splitlines()
    assert status
    assert all(line.startswith("A ") for line in status)
    do(still_to_do(told))
    assert run("git", "status", "--porcelain", cwd=folder) == ""


def test_inside_a_repository(generate: Generate, tmp_path: Path) -> None:
    """Catches a repository within a repository, or a commit to somebody else's."""
    run("git", "init", cwd=tmp_path)
    folder, told = generate(tmp_path, "uv", "git")
    assert f"nothing to do: the project lies in the repository {tmp_path}" in told
    assert "Still to do" not in told
    assert not (folder / ".git").exists()
    run("git", "rev-parse", "--verify", "HEAD", cwd=tmp_path, code=128)


def test_without_a_registry_uv(generate: Generate, generated: Path, tmp_path: Path) -> None:
    """Catches a project that is lost, or cannot be finished, because packages did not come."""
    nothing = {"UV_OFFLINE": "1", "UV_CACHE_DIR": str(tmp_path / "empty")}
    assert_completes_later(*generate(tmp_path, "uv", "git", **nothing), generated)


def test_without_a_registry_pip(generate: Generate, generated: Path, tmp_path: Path) -> None:
    """Catches the same on the way through venv and pip."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = f"http://127.0.0.1:{listener.getsockname()[1]}/simple"
    nothing = {
        "PIP_INDEX_URL": closed,
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "0",
    }
    assert_completes_later(*generate(tmp_path, "git", **nothing), generated)


def assert_completes_later(folder: Path, told: str, generated: Path) -> None:
    """The project is there but for the migration; the told commands write that."""
    assert "environment      NOT DONE: " in told
    assert "first migration  skipped: it needs the environment" in told
    assert "first commit made" in told
    assert revisions(folder) == []
    do(still_to_do(told))
    assert [path.name for path in revisions(folder)] == [p.name for p in revisions(generated)]
