"""Run commands that use the embedded server, in a project of their own, and see what is left."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

SESSION = (
    Path(__file__).parents[2]
    / "{{cookiecutter.project_slug}}/src/{{cookiecutter.package_name}}/online/postgresql/session"
)
COMMAND = Path(__file__).with_name("command.py")
# The longest that anything here may take (seconds).
PATIENCE = 60.0
# A user of every system (bin or daemon), who is not root and has a name.
OTHER = 1


@dataclass
class Project:
    """A folder whose commands use one server, and the user who runs them (None: ourselves)."""

    folder: Path
    user: int | None = None
    env: dict[str, str] = field(default_factory=dict)
    # Words to put before each command.
    inside: list[str] = field(default_factory=list)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / ".postgres"

    def begin(self, what: str = "run", **more: Any) -> "subprocess.Popen[str]":
        """Begin a command; its stdin stays open."""
        env = {name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"}
        env |= {"SESSION_FOLDER": str(SESSION), "PYTHONDONTWRITEBYTECODE": "1", **self.env}
        who = (
            {} if self.user is None else {"user": self.user, "group": self.user, "extra_groups": []}
        )
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [*self.inside, sys.executable, str(COMMAND), str(self.data), what]
        more = {"args": command, "cwd": "/", "env": env, "text": True, **pipes, **who, **more}
        return subprocess.Popen(**more)

    def run(self, code: int = 0, **more: Any) -> dict[str, Any]:
        """Run a command, expect *code*, and return what it found, or ``{"error": its words}``."""
        return finished(self.begin(**more), code)

    def copy_to(self, other: "Project", how: str = "-a") -> None:
        """Copy the data with ``cp``; ``-r`` makes them the copying user's own."""
        subprocess.run(["cp", how, self.data, other.data], check=True)

    @contextmanager
    def held(self, **more: Any) -> Iterator[dict[str, Any]]:
        """Run a command that goes on using the server meanwhile; yield what it found."""
        process = self.begin("hold", **more)
        try:
            yield first_words(process)
        finally:
            finished(process)

    def servers(self) -> list[psutil.Process]:
        """Return the processes of PostgreSQL, ``initdb`` included, that work in this folder."""
        return [process for process in psutil.process_iter() if _works_in(process, self.folder)]

    def is_quiet(self) -> bool:
        """Tell whether nothing of PostgreSQL runs here, and nothing says that it does."""
        return not self.servers() and not (self.data / "postmaster.pid").exists()

    def end_servers(self) -> None:
        """Kill what works in this folder, as a power loss does: commands of ours started it."""
        for process in self.servers():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        until(lambda: not self.servers())


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a file system of *size* at *folder*, which only root may."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def project(user: int | None = None) -> Iterator[Project]:
    """Make a project with a short path; end what works there and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="es"))
    folder.chmod(0o755)
    if user is not None:
        os.chown(folder, user, user)
    made = Project(folder, user)
    try:
        yield made
    finally:
        made.end_servers()
        shutil.rmtree(folder)


def runs_commands(user: int) -> bool:
    """Tell whether *user* can run this Python, as root alone may find out."""
    if sys.platform == "win32" or os.geteuid():
        return False
    with suppress(OSError):
        done = subprocess.run(
            [sys.executable, "-c", "import asyncpg"], cwd="/", user=user, group=user, check=False
        )
        return done.returncode == 0
    return False


def first_words(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """Return what a command found that goes on afterwards."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        finished(process)
    found: dict[str, Any] = json.loads(line)
    return found


def finished(process: "subprocess.Popen[str]", code: int = 0) -> dict[str, Any]:
    """Wait for the end of *process*, expect *code*, and return what it found or said."""
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, f"it ended with {process.returncode}:\n{out}\n{err}"
    if code:
        return {"error": err}
    assert err == ""
    found: dict[str, Any] = json.loads(out.splitlines()[-1]) if out else {}
    return found


def kill(process: "subprocess.Popen[str]", number: signal.Signals) -> None:
    """Send a signal to a command of ours, wait for its end, and forget what it said."""
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)


def until(found: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return when *found* says something true; fails where it never does."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.02)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    with suppress(psutil.Error):
        if process.status() == psutil.STATUS_ZOMBIE or process.name() not in ("postgres", "initdb"):
            return False
        words = [*process.cmdline(), process.cwd()]
        return any(word.startswith(f"{folder}/") for word in words)
    return False
