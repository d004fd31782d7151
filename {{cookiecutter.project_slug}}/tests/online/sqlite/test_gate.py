"""Catches a process that serves and is not seen, or that is seen after it has gone."""

from pathlib import Path

import pytest

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.session.url import parse
from {{ cookiecutter.package_name }}.online.sqlite.session import (
    development,
    files,
    presence,
)


def test_who_serves(tmp_path: Path) -> None:
    database = tmp_path / "data.sqlite3"
    assert list(presence.serving(database)) == []
    presence.announce(database, ["1", "2"])
    presence.announce(database, ["3"])
    [found] = presence.serving(database)
    assert found.heads == ["1", "2"]


def test_what_a_killed_process_left_behind(tmp_path: Path) -> None:
    database = tmp_path / "data.sqlite3"
    presence.announce(database, ["1"])
    [folder] = [path for path in tmp_path.iterdir() if path.is_dir()]
    dead, coming = folder / "1.abcd.0", folder / "2.abcd.0.new"
    dead.touch()
    coming.touch()
    assert len(list(presence.serving(database))) == 1
    assert (dead.exists(), coming.exists()) == (False, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sqlite://", "leads to no file"),
        ("sqlite:///:memory:", "leads to no file"),
        ("sqlite:///file:data?mode=ro", "more than a path"),
        ("sqlite://host/data.sqlite3", "more than a path"),
    ],
)
def test_a_url_without_a_file(text: str, told: str) -> None:
    with pytest.raises(DatabaseError, match=told):
        files.path_of(parse(text))


def test_an_installed_package_has_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (files, development):
        monkeypatch.setattr(module, "PROJECT_ROOT", None)
    with pytest.raises(DatabaseError, match="relative path data.sqlite3"):
        files.path_of(parse("sqlite:///data.sqlite3"))
    with pytest.raises(DatabaseError, match="this is an installed package"):
        development.development_url()
