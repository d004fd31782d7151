"""One server in its suite: installed, laid out, started, stopped."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path

from .known import DATA, Known
from .suite import Suite, Unusable

# Seconds for a server to answer, or to go.
_PATIENCE = 120.0


class Running:
    """The server *known* in the folder *home*."""

    def __init__(self, home: Path, known: Known) -> None:
        """Name its places; nothing is made yet."""
        self.known, self.suite = known, Suite(home, known.suite)
        self.data = DATA.format(name=known.name)
        self._log = home.absolute() / f"{known.name}.log"
        self._pid = home.absolute() / f"{known.name}.pid"

    @property
    def url(self) -> str:
        """The URL that a service takes it by."""
        return self.known.url.format(port=self.known.port)

    def start(self) -> None:
        """Let it run: what is missing of it is installed and laid out first."""
        if self._is_running():
            return
        if _answers(self.known.port):
            raise Unusable(f"{self.known.name}: something else listens on port {self.known.port}")
        self.suite.install(*self.known.packages)
        if not (self.suite.root / self.data.lstrip("/")).exists():
            new, user = f"{self.data}.new", self.known.user
            self.suite.run("rm", "-rf", new)
            self.suite.run("install", "-d", "-o", user, "-g", user, new)
            self.suite.run(*self._words(self.known.lay_out, data=new), user=user)
            self.suite.run("mv", new, self.data)
        command = self.suite.command(*self._words(self.known.run), user=self.known.user)
        with self._log.open("wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._pid.write_text(str(process.pid), encoding="utf-8")
        self._wait(process)

    def stop(self) -> None:
        """End it, and wait until it has gone."""
        if self._is_running():
            number = int(self._pid.read_text(encoding="utf-8"))
            os.kill(number, signal.SIGINT if self.known.user == "postgres" else signal.SIGTERM)
            end = time.monotonic() + _PATIENCE
            while self._is_running() and time.monotonic() < end:
                time.sleep(0.1)
        self._pid.unlink(missing_ok=True)

    def _words(self, command: str, data: str | None = None) -> list[str]:
        return shlex.split(command.format(data=data or self.data, port=self.known.port))

    def _is_running(self) -> bool:
        """Tell whether the process that we started is there still: a number may be another's now."""
        try:
            number = int(self._pid.read_text(encoding="utf-8"))
            said = Path(f"/proc/{number}/cmdline").read_bytes()
        except (OSError, ValueError):
            return False
        return self.data.encode() in said

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + _PATIENCE
        while not _answers(self.known.port):
            if process.poll() is not None or time.monotonic() > end:
                said = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
                last = said[-1] if said else "it said nothing"
                raise Unusable(f"{self.known.name} did not start: {last} (see {self._log})")
            time.sleep(0.1)


def _answers(port: int) -> bool:
    """Tell whether a server says something on *port*, or waits for us to."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
