"""A service follows its template: an update leaves alone what its owner has made of it."""

import shutil
from pathlib import Path

import pytest
from baking import TEMPLATE, revisions, run

pytestmark = pytest.mark.slow

FOLDER = "{{cookiecutter.project_slug}}"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """The template in a repository of its own, as a hoster would have it."""
    copy = tmp_path / "template"
    leave = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "build", "tests")
    shutil.copytree(TEMPLATE, copy, ignore=leave)
    shutil.copytree(TEMPLATE / FOLDER, copy / FOLDER, ignore=leave, dirs_exist_ok=True)
    run("git", "init", cwd=copy)
    commit(copy)
    return copy


def commit(folder: Path) -> None:
    """Commit all that *folder* holds."""
    run("git", "add", "--all", cwd=folder)
    run("git", "commit", "--quiet", "--message", "Go on", cwd=folder)


def test_update_beside_own_migrations(template: Path, tmp_path: Path) -> None:
    """Catches an update that brings revisions back, undoes models, or does not apply."""
    run("cruft", "create", template, "--no-input", "--output-dir", tmp_path, cwd=tmp_path)
    folder = tmp_path / "invoice-service"
    commit(folder)

    models = folder / "src/invoice_service/db/models.py"
    text = models.read_text(encoding="utf-8")
    models.write_text(f"{text}    note: Mapped[str | None]\n", encoding="utf-8")
    run("uv", "run", "alembic", "revision", "--autogenerate", "-m", "note", cwd=folder)
    commit(folder)
    own = {path.name: path.read_bytes() for path in [models, *revisions(folder)]}
    assert len(own) == 3

    package = template / FOLDER / "src/{{cookiecutter.package_name}}"
    for path in (template / FOLDER / "README.md", package / "settings.py"):
        path.write_text(path.read_text(encoding="utf-8") + "\n# News\n", encoding="utf-8")
    base = package / "db/{% if cookiecutter.__postgresql %}models.py{% endif %}"
    changed = base.read_text(encoding="utf-8").replace("sa.String(200)", "sa.String(300)")
    assert changed != base.read_text(encoding="utf-8")
    base.write_text(changed, encoding="utf-8")
    (template / FOLDER / "NEWS.md").write_text("# {{ cookiecutter.project_slug }}\n")
    commit(template)

    run("cruft", "update", "--skip-apply-ask", cwd=folder)

    status = run("git", "status", "--porcelain", cwd=folder).splitlines()
    assert {line.split()[1] for line in status} == {
        *[".cruft.json", "NEWS.md", "README.md", "src/invoice_service/settings.py"]
    }
    assert list(folder.rglob("*.rej")) == []
    assert (folder / "NEWS.md").read_text(encoding="utf-8") == "# invoice-service\n"
    assert own == {path.name: path.read_bytes() for path in [models, *revisions(folder)]}
    assert run("uv", "run", "alembic", "heads", cwd=folder).count("(head)") == 1
    run("uv", "run", "alembic", "check", cwd=folder)
