"""The service as a wheel: revisions ship in it and run from anywhere."""

import zipfile
from pathlib import Path

import pytest
from baking import revisions, run
from service import Server


@pytest.fixture(scope="module")
def wheel(generated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the service builds."""
    folder = tmp_path_factory.mktemp("dist")
    run("uv", "build", "--quiet", "--wheel", "--out-dir", folder, cwd=generated)
    (built,) = folder.glob("*.whl")
    return built


def test_contents(wheel: Path, generated: Path) -> None:
    """Catches a revision, the revision template or a marker that stays behind."""
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    source = {
        path.relative_to(generated / "src").as_posix()
        for path in (generated / "src").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped == source
    assert "invoice_service/db/alembic/script.py.mako" in shipped


@pytest.mark.slow
def test_upgrade_from_anywhere(
    wheel: Path, generated: Path, server: Server, tmp_path: Path
) -> None:
    """Catches a path that only exists in the checkout, or a package that only developers have."""
    run("uv", "venv", "--quiet", "deployed", cwd=tmp_path)
    python = tmp_path / "deployed/bin/python"
    run("uv", "pip", "install", "--quiet", "--python", python, wheel, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = tmp_path / "deployed/bin/invoice-service"
    head = revisions(generated)[0].stem.rpartition("_")[2]
    with server.database() as name:
        url = server.url(name)
        assert head in run(command, "db", "check", cwd=elsewhere, code=1, DATABASE_URL=url)
        assert head in run(command, "db", "upgrade", cwd=elsewhere, DATABASE_URL=url)
        assert head in run(command, "db", "current", cwd=elsewhere, DATABASE_URL=url)
        run(command, "db", "check", cwd=elsewhere, DATABASE_URL=url)
    told = run(command, "db", "check", cwd=elsewhere, code=1)
    assert told.startswith("error: DATABASE_URL is not set")
