"""A service made with ``--accept-hooks no`` holds the machinery of all databases, and works."""

from pathlib import Path

import pytest
from baking import TEMPLATE, run
from cookiecutter.main import cookiecutter


@pytest.mark.parametrize("database", ["postgresql", "mysql", "sqlite"])
def test_without_hooks_it_is_only_larger(database: str, tmp_path: Path) -> None:
    """Catches code that works because the other databases' folders are gone."""
    made = cookiecutter(
        str(TEMPLATE),
        no_input=True,
        accept_hooks=False,
        output_dir=str(tmp_path),
        extra_context={"database": database},
    )
    folder = Path(made)
    kept = {path.name for path in folder.glob("src/*/online/*") if path.is_dir()}
    databases = {"postgresql", "mysql", "sqlite"}
    assert databases <= kept
    run("uv", "sync", "--quiet", cwd=folder)
    run("uv", "run", "invoice-service", "db", "revision", "--first", cwd=folder)
    run("uv", "run", "pytest", "--collect-only", cwd=folder)
    if database != "mysql":
        run("uv", "run", "alembic", "upgrade", "head", cwd=folder)
        run("uv", "run", "alembic", "check", cwd=folder)
