"""What an author types in a new service: every command is clean, nothing is started by hand."""

import shutil
from pathlib import Path

import pytest
from baking import PYTHON_VERSIONS, interpreter, run, text_files


@pytest.mark.usefixtures("generated")
def test_database_commands(generated: Path) -> None:
    """Catches a first migration that does not run, or leaves models and database apart."""
    slug = "invoice-service"
    run("uv", "run", slug, "db", "check", cwd=generated, code=1)
    run("uv", "run", "alembic", "upgrade", "head", cwd=generated)
    run("uv", "run", slug, "db", "check", cwd=generated)
    run("uv", "run", "alembic", "check", cwd=generated)
    assert "(head)" in run("uv", "run", "alembic", "current", cwd=generated)
    run("uv", "run", slug, "db", "upgrade", cwd=generated)


@pytest.mark.slow
def test_own_lint(generated: Path, mypy_cache: Path) -> None:
    """Catches a Makefile whose verb does not work, or code that its own rules dislike."""
    shutil.copytree(mypy_cache, generated / ".mypy_cache", dirs_exist_ok=True)
    run("make", "lint", cwd=generated, MYPY_CACHE_DIR="")
    assert run("git", "status", "--porcelain", cwd=generated) == ""


@pytest.mark.slow
@pytest.mark.parametrize("version", PYTHON_VERSIONS)
def test_own_tests(generated: Path, tmp_path: Path, version: str) -> None:
    """Catches code or packages that one supported Python lacks."""
    python = interpreter(version)
    if python is None:
        pytest.skip(f"there is no Python {version} on this machine")
    for path in text_files(generated):
        copy = tmp_path / "service" / path.relative_to(generated)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    told = run(
        *("uv", "run", "--quiet", "--python", python, "pytest"),
        cwd=tmp_path / "service",
        UV_PROJECT_ENVIRONMENT=str(tmp_path / "environment"),
        PYTEST_DEBUG_TEMPROOT=str(tmp_path),
    )
    assert " passed" in told
    assert " skipped" not in told
