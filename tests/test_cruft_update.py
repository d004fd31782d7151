"""A service follows its template: an update leaves alone what its owner has made of it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from baking import revisions, run
from following import FOLDER, UPDATED, append, commit, conflicts, create, edit, repository, update

pytestmark = pytest.mark.slow


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """The template in a repository of its own, as a hoster would have it."""
    return repository(tmp_path / "template")


@pytest.fixture
def uv_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that gets a line for each time that uv is called."""
    calls = tmp_path / "calls"
    calls.touch()
    shim = tmp_path / "bin/uv"
    shim.parent.mkdir()
    real = shutil.which("uv")
    shim.write_text(f'#!/bin/sh\necho "$1" >> "{calls}"\nexec "{real}" "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}{os.pathsep}{os.environ['PATH']}")
    return calls


@pytest.fixture
def temporary_folder() -> Iterator[Path]:
    """A folder as Python's ``tempfile`` makes them, and cruft too."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_update_beside_own_migrations(template: Path, tmp_path: Path) -> None:
    """Catches an update that brings revisions back, undoes models, or does not apply."""
    folder = create(template, tmp_path)
    models = folder / "src/invoice_service/db/models.py"
    append(models, "    note: Mapped[str | None]\n")
    run("uv", "run", "alembic", "revision", "--autogenerate", "-m", "note", cwd=folder)
    commit(folder)
    own = {path.name: path.read_bytes() for path in [models, *revisions(folder)]}
    assert len(own) == 3

    package = template / FOLDER / "src/{{cookiecutter.package_name}}"
    for path in (template / FOLDER / "README.md", package / "cli.py", package / "settings.py"):
        append(path, "\n# News\n")
    (base,) = package.glob("db/*__postgresql %}models.py*")
    edit(base, ("sa.String(200)", "sa.String(300)"))
    (template / FOLDER / "NEWS.md").write_text("# {{ cookiecutter.project_slug }}\n")
    commit(template)

    update(folder)

    status = run("git", "status", "--porcelain", cwd=folder).splitlines()
    assert {line.split()[1] for line in status} == {
        *[".cruft.json", "NEWS.md", "README.md", "src/invoice_service/cli.py"]
    }
    assert conflicts(folder) == []
    assert (folder / "NEWS.md").read_text(encoding="utf-8") == "# invoice-service\n"
    assert own == {path.name: path.read_bytes() for path in [models, *revisions(folder)]}
    assert run("uv", "run", "alembic", "heads", cwd=folder).count("(head)") == 1
    run("uv", "run", "alembic", "check", cwd=folder)


def test_an_update_changes_files_and_nothing_else(
    template: Path, uv_calls: Path, temporary_folder: Path
) -> None:
    """Catches environments, commits and migrations made only to compare, and what they print.

    The service lies where the folders lie that cruft compares in: it is a project all the same.
    """
    folder = create(template, temporary_folder)
    assert uv_calls.read_text(encoding="utf-8").split() == ["sync", "run"]
    assert len(revisions(folder)) == 1
    state = ("git", "status", "--porcelain", "--ignored")
    before = run(*state, cwd=folder), run("git", "rev-parse", "HEAD", cwd=folder)

    assert run("cruft", "diff", cwd=folder) == ""
    run("cruft", "check", cwd=folder)
    append(template / FOLDER / "README.md", "\nNews.\n")
    commit(template)
    assert run("cruft", "diff", "--checkout", "main", cwd=folder).count("diff --git") == 1
    assert (run(*state, cwd=folder), run("git", "rev-parse", "HEAD", cwd=folder)) == before

    assert update(folder) == UPDATED
    assert set(run(*state, cwd=folder).splitlines()) == {
        *(" M .cruft.json", "M  README.md"),
        *before[0].splitlines(),
    }
    assert run("git", "rev-parse", "HEAD", cwd=folder) == before[1]
    assert uv_calls.read_text(encoding="utf-8").split() == ["sync", "run"]


def test_no_news_of_another_database(template: Path, tmp_path: Path) -> None:
    """Catches machinery of a database that was not chosen, which an update brings."""
    folder = create(template, tmp_path)
    for name in ("mysql", "sqlite"):
        for place in ("src/{{cookiecutter.package_name}}/online", "tests/online"):
            news = template / FOLDER / place / name / "news.py"
            news.parent.mkdir(parents=True, exist_ok=True)
            news.write_text('"""News."""\n', encoding="utf-8")
    commit(template)
    assert update(folder) == UPDATED
    assert run("git", "status", "--porcelain", cwd=folder) == " M .cruft.json\n"
