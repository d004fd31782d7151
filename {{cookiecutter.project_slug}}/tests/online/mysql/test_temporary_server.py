"""Catches a scratch server that does not start and does not say why, or is left behind."""

import sys
import tempfile
from pathlib import Path

import pytest

from {{ cookiecutter.package_name }}.online.mysql.session import temporary_server
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

SAY = "#!%s\nimport sys\nprint(%r, file=sys.stderr)\nsys.exit(%d)\n"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder the only place where programs are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(temporary_server, "_PATH", str(folder))
    monkeypatch.setattr(temporary_server, "_PATIENCE", 5.0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return folder


def install(programs: Path, name: str, said: str, code: int) -> None:
    """Put a program there that says something and ends."""
    program = programs / name
    program.write_text(SAY % (sys.executable, said, code), encoding="utf-8")
    program.chmod(0o755)


def refusal(programs: Path) -> str:
    """Return why the server did not start; nothing of it is left."""
    with pytest.raises(DatabaseError) as error:
        temporary_server.server_url.__wrapped__()
    assert [path for path in programs.parent.iterdir() if path.name.startswith("my")] == []
    return str(error.value)


def test_no_server_is_installed(programs: Path) -> None:
    assert "There is no server to make a scratch database on" in refusal(programs)


@pytest.mark.parametrize("installer", ["mariadb-install-db", None])
def test_no_folder_can_be_laid_out(installer: str | None, programs: Path) -> None:
    install(programs, "mysqld", "no room", 1)
    if installer:
        install(programs, installer, "no room", 1)
    assert refusal(programs).endswith("no room")


def test_the_server_gives_up(programs: Path) -> None:
    install(programs, "mariadb-install-db", "fine", 0)
    install(programs, "mariadbd", "[ERROR] Aborting", 1)
    assert "The scratch server did not start" in refusal(programs)
