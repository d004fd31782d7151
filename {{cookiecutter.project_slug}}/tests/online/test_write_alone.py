"""Catches two commands that write revisions at once, and one that waits for itself."""

import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory

from {{ cookiecutter.package_name }}.online.deploy.alone import write_alone
from {{ cookiecutter.package_name }}.online.service import SCRIPT_LOCATION

# Takes the turn, says so, and keeps it until nobody is left to read from.
HOLDER = """
import sys
from alembic.script import ScriptDirectory
from {{ cookiecutter.package_name }}.online.deploy.alone import write_alone
write_alone(ScriptDirectory(sys.argv[1], version_locations=[sys.argv[2]]))
print("mine", flush=True)
sys.stdin.read()
"""


def holder(folder: Path) -> "subprocess.Popen[str]":
    """Start a process that writes into *folder* for as long as its input is open."""
    command = [sys.executable, "-c", HOLDER, str(SCRIPT_LOCATION), str(folder)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_the_second_waits_for_the_first(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "mine\n"
        with holder(tmp_path) as second:
            assert second.stderr is not None
            assert second.stderr.readline().startswith("Waiting for another command")
            # Killed, it leaves nothing behind.
            first.kill()
            said, _ = second.communicate(timeout=30)
    assert said == "mine\n"


def test_a_process_never_waits_for_itself(tmp_path: Path) -> None:
    script = ScriptDirectory(str(SCRIPT_LOCATION), version_locations=[str(tmp_path)])
    write_alone(script)
    write_alone(script)


def test_before_there_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    script = ScriptDirectory(str(tmp_path / "env"), version_locations=[str(tmp_path / "none")])
    write_alone(script)
    assert not (tmp_path / "none").exists()
