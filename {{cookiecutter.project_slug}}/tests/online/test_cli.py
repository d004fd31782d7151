"""Catches exit codes and messages that a deploy script could not rely on."""

import pytest
from typer.testing import CliRunner

from {{ cookiecutter.package_name }}.cli import app
from {{ cookiecutter.package_name }}.online.session.scripts import scripts

from .support import Database


def test_check_upgrade_check(database: Database) -> None:
    behind = CliRunner().invoke(app, ["db", "check"])
    assert behind.exit_code == 1
    assert all(head in behind.output for head in scripts().get_heads())
    done = CliRunner().invoke(app, ["db", "upgrade"])
    assert done.exit_code == 0, done.output
    assert CliRunner().invoke(app, ["db", "check"]).exit_code == 0
    current = CliRunner().invoke(app, ["db", "current"])
    assert set(current.output.split()) >= set(scripts().get_heads())


def test_an_error_is_one_sentence() -> None:
    refused = CliRunner().invoke(app, ["db", "upgrade"])
    assert refused.exit_code == 1
    assert refused.output.startswith("error: Cannot connect to")
    assert "Traceback" not in refused.output


@pytest.mark.parametrize(
    "words", [["db", "no-such-command"], ["db", "upgrade", "--no-such-option"]]
)
def test_wrong_usage(words: list[str]) -> None:
    assert CliRunner().invoke(app, words).exit_code == 2
