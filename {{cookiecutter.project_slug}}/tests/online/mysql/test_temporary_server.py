"""Catches a scratch server that does not start and does not say why, or is left behind."""

import sys
import tempfile
from pathlib import Path

import pytest

from {{ cookiecutter.package_name }}.online.mysql.session import temporary_server
from {{ cookiecutter.package_name }}.online.mysql.session.laid_out import laid_out
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
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
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
    # A folder that a server does not start on would be copied again and again.
    assert list(programs.parent.rglob("data-*")) == []
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


MARIADB = (
    "2026-01-01 10:00:00 0 [ERROR] Can't create test file\n2026-01-01 10:00:00 0 [ERROR] Aborting"
)
MYSQL = (
    "2026-01-01T10:00:00Z 0 [ERROR] [MY-010095] [Server] Failed to access directory for --secure-file-priv."
    "\n2026-01-01T10:00:00Z 0 [ERROR] [MY-010119] [Server] Aborting"
    "\n2026-01-01T10:00:00Z 0 [System] [MY-010910] [Server] mysqld: Shutdown complete"
)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (MARIADB, "Can't create test file"),
        (MYSQL, "Failed to access directory for --secure-file-priv."),
        ("error while loading shared libraries", "error while loading shared libraries"),
    ],
)
def test_its_own_reason_is_told(said: str, reason: str, programs: Path) -> None:
    """Not the last line, which says that it has ended; and nobody waits for one that is dead."""
    installer = programs / "mariadb-install-db"
    lines = f"#!{sys.executable}\nimport sys, pathlib\n"
    lines += "[data] = [a.partition('=')[2] for a in sys.argv if a.startswith('--datadir')]\n"
    installer.write_text(f"{lines}pathlib.Path(data).mkdir()\n", encoding="utf-8")
    installer.chmod(0o755)
    install(programs, "mysqld", said, 1)
    assert refusal(programs) == f"The scratch server did not start: {reason}"


def test_a_folder_is_laid_out_once_and_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whichever process comes first; anew for another release, and where nothing can be kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    server = tmp_path / "mysqld"
    server.write_text("one", encoding="utf-8")
    made: list[Path] = []

    def lay_out(into: Path) -> None:
        into.mkdir()
        (into / "file").write_text("laid out", encoding="utf-8")
        made.append(into)

    for copy in ("a", "b"):
        laid_out(str(server), tmp_path / copy, lay_out)
        assert (tmp_path / copy / "file").read_text(encoding="utf-8") == "laid out"
    assert len(made) == 1
    server.write_text("another", encoding="utf-8")
    laid_out(str(server), tmp_path / "c", lay_out)
    assert len(made) == 2
    monkeypatch.setenv("XDG_CACHE_HOME", str(server))
    laid_out(str(server), tmp_path / "d", lay_out)
    assert made[2:] == [tmp_path / "d"]
