"""A service that serves: start it on a free port of the loopback, ask it, stop it."""

import http.client
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service import PACKAGE, Service

# Seconds until a service answers; a long history takes some of them.
PATIENCE = 60


@dataclass
class Serving:
    """A running ``serve`` and a connection to it that is kept open."""

    process: subprocess.Popen[bytes]
    log: Path
    connection: http.client.HTTPConnection = field(init=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.connection.host}:{self.connection.port}"

    def connect(self, port: int) -> None:
        """Get the connection ready that ``get`` uses."""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def get(self, path: str) -> tuple[int, Any]:
        """Return status and JSON of the answer to GET *path*."""
        try:
            self.connection.request("GET", path)
            answer = self.connection.getresponse()
        except http.client.RemoteDisconnected:
            # It was idle for too long; it opens anew by itself.
            return self.get(path)
        return answer.status, json.loads(answer.read())

    def wait_for(self, pattern: str, times: int = 1) -> re.Match[str]:
        """Wait until the log has had *pattern* so many *times*; return the last match."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            text = self.log.read_text(encoding="utf-8")
            found = list(re.finditer(pattern, text))
            if len(found) >= times:
                return found[times - 1]
            assert self.process.poll() is None, f"serve has ended:\n{text}"
            time.sleep(0.05)
        raise AssertionError(f"{pattern} is not in the log after {PATIENCE} s:\n{text}")

    def lines(self) -> list[str]:
        """Return what it has logged."""
        return self.log.read_text(encoding="utf-8").splitlines()


@contextmanager
def serving(service: Service, *words: str, **environment: str) -> Iterator[Serving]:
    """Start ``serve`` of *service* with *words* and *environment*; end it after the body."""
    log = service.folder.parent / "serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [service.python, "-m", PACKAGE, "serve", "--port", "0", *words],
            cwd=service.folder,
            env=service.environment() | environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        served = Serving(process, log)
        listening = served.wait_for(r"running on http://127\.0\.0\.1:(\d+)")
        served.connect(int(listening[1]))
        yield served
        served.connection.close()
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
