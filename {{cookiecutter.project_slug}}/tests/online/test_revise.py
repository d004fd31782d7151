"""Catches a first revision that depends on the day, or on what is there already."""

import pytest
from typer.testing import CliRunner

from {{ cookiecutter.package_name }}.cli import app
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.write import revise

from .support import Sandbox


def test_the_first_revision_is_the_same_each_time(door: Sandbox) -> None:
    [first] = revise.write_first()
    [path] = door.files()
    written = path.read_bytes()
    assert path.name == f"0000_create_the_first_tables_{first.revision}.py"
    path.unlink()
    revise.write_first()
    assert door.files() == [path]
    assert path.read_bytes() == written


def test_there_is_one_first_revision(door: Sandbox) -> None:
    revise.write_first()
    with pytest.raises(DatabaseError, match="There are revisions already"):
        revise.write_first()


def test_nothing_more_to_write(door: Sandbox) -> None:
    revise.write_first()
    assert revise.write_revision("nothing") == []
    assert CliRunner().invoke(app, ["db", "revision", "-m", "nothing"]).exit_code == 0
    assert len(door.files()) == 1


def test_one_way(door: Sandbox) -> None:
    [only] = revise.write_revision("everything", one_way=True)
    assert "op.refuse_downgrade(" in door.files()[0].read_text(encoding="utf-8")
    assert only.doc == "Everything."
