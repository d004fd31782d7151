"""The template as a repository that services follow, and a service that follows it with cruft."""

import json
import shutil
from pathlib import Path

from baking import TEMPLATE, run

FOLDER = "{{cookiecutter.project_slug}}"
UPDATED = "Good work! Project's cruft has been updated and is as clean as possible!\n"


def repository(into: Path) -> Path:
    """Return a repository at *into* with the template in it, as a hoster would have it."""
    into.mkdir()
    run("git", "init", "--initial-branch", "main", cwd=into)
    take_over(into)
    return into


def take_over(template: Path) -> None:
    """Let the newest commit of the repository *template* hold the template as it lies here."""
    for path in template.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    leave = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "build", "tests")
    shutil.copytree(TEMPLATE, template, ignore=leave, dirs_exist_ok=True)
    shutil.copytree(TEMPLATE / FOLDER, template / FOLDER, dirs_exist_ok=True)
    commit(template)


def commit(folder: Path) -> None:
    """Commit all that *folder* holds."""
    run("git", "add", "--all", cwd=folder)
    run("git", "commit", "--quiet", "--message", "Go on", cwd=folder)


def create(template: Path, into: Path, **answers: str) -> Path:
    """Return a service that cruft has made *into* a folder, committed."""
    told = ("--no-input", "--extra-context", json.dumps(answers), "--output-dir", into)
    run("cruft", "create", template, *told, cwd=into)
    folder = into / "invoice-service"
    commit(folder)
    return folder


def update(folder: Path, **environment: str) -> str:
    """Let the service in *folder* follow its template; return what cruft printed."""
    return run("cruft", "update", "--skip-apply-ask", cwd=folder, code=0, **environment)


def conflicts(folder: Path) -> list[str]:
    """Return the files of the service in *folder* that an update could not merge."""
    unmerged = run("git", "diff", "--name-only", "--diff-filter=U", cwd=folder).splitlines()
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=folder)
    rejected = [path for path in listed.splitlines() if path.endswith(".rej")]
    return sorted({*unmerged, *rejected})


def edit(path: Path, *changes: tuple[str, str]) -> None:
    """Replace in the file *path* each old text by its new one; fail where one is not there."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{path} has no {old!r}"
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def append(path: Path, text: str) -> None:
    """Write *text* at the end of the file *path*."""
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
