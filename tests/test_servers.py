"""Catches a tool for real servers that tells nobody what it needs, or names a mirror of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from servers.__main__ import main
from servers.known import SERVERS
from servers.suite import Suite, Unusable

TOOL = Path(__file__).parent / "servers"


def tool(*words: str) -> tuple[int, str]:
    """Return the exit code of the tool, and what it says is wrong."""
    command = [sys.executable, str(TOOL), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_it_needs_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, and nothing is made."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert main("start", tmp_path / "servers", []) == 1
    said = capsys.readouterr().err
    assert said.startswith("These servers are installed with apt and chroot, which needs root")
    assert said.count("\n") == 1
    assert not (tmp_path / "servers").exists()


@pytest.mark.parametrize("words", [("start", "mysql-5"), ("restart",)])
def test_what_it_does_not_know(words: tuple[str, ...], tmp_path: Path) -> None:
    """It says what it knows."""
    what, *names = words
    code, said = tool(what, str(tmp_path / "servers"), *names)
    assert code == 2
    assert all(known.name in said for known in SERVERS)


def test_each_server_is_another() -> None:
    """Catches two that would share a folder, a variable or a port."""
    for values in zip(*((s.name, s.variable, s.port) for s in SERVERS), strict=True):
        assert len(set(values)) == len(SERVERS)


def test_no_mirror_is_named() -> None:
    """Debian comes from where this machine has its own packages from."""
    text = "".join(path.read_text(encoding="utf-8") for path in TOOL.glob("*.py"))
    assert not re.search(r"https?://|\b[\w-]+\.(?:org|com|net)\b", text)


def test_a_command_that_fails_is_told(tmp_path: Path) -> None:
    """Catches a traceback in the place of what the command said."""
    with pytest.raises(Unusable, match="failed: "):
        Suite(tmp_path, "none").run("true")
