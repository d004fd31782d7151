"""Catches a secret that is mounted as a file and not read, or that wins over the environment."""

from pathlib import Path

import pytest

from {{ cookiecutter.package_name }}.online.session import base_settings, url
from {{ cookiecutter.package_name }}.settings import Settings

from .support import DATABASE


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of secrets that the settings read."""
    monkeypatch.setitem(Settings.model_config, "secrets_dir", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["DATABASE_URL", "database_url"])
def test_a_file_is_a_setting(secrets: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (secrets / name).write_text(f"{DATABASE.UNREACHABLE}\n")
    (secrets / "SOMETHING_ELSE").write_text("of no interest")
    monkeypatch.delenv("DATABASE_URL")
    assert url.database_url() == url.parse(DATABASE.UNREACHABLE)


def test_the_environment_wins(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (secrets / "MIGRATIONS_LOCK_TIMEOUT").write_text("7")
    assert url.load_settings().migrations_lock_timeout == 7
    monkeypatch.setenv("MIGRATIONS_LOCK_TIMEOUT", "8")
    assert url.load_settings().migrations_lock_timeout == 8


def test_a_folder_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_settings, "SECRETS", tmp_path / "none")
    assert base_settings.secrets_folder() is None
    monkeypatch.setattr(base_settings, "SECRETS", tmp_path)
    assert base_settings.secrets_folder() == tmp_path
