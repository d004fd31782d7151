"""A service that serves: start it on a free port of the loopback, ask it, stop it."""

import http.client
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service import PACKAGE, Service

# Seconds until a service answers; a long history takes some of them.
PATIENCE = 60


@dataclass
class Serving:
    """A running ``serve`` and a connection to it that is kept open."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    connection: http.client.HTTPConnection

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> tuple[int, Any]:
        """Return status and JSON of the answer to GET *path*."""
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def lines(self) -> list[str]:
        """Return what it has logged."""
        return self.log.read_text(encoding="utf-8").splitlines()


@contextmanager
def serving(service: Service, **environment: str) -> Iterator[Serving]:
    """Start ``serve`` of *service* with *environment*, wait until it listens, and end it."""
    log = service.folder.parent / "serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [service.python, "-m", PACKAGE, "serve", "--port", "0"],
            cwd=service.folder,
            env=service.environment() | environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        port = _port(process, log)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        yield Serving(process, port, log, connection)
        connection.close()
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        text = log.read_text(encoding="utf-8")
        if found := re.search(r"running on http://127\.0\.0\.1:(\d+)", text):
            return int(found[1])
        assert process.poll() is None, f"serve ended with {process.returncode}:\n{text}"
        time.sleep(0.05)
    raise AssertionError(f"serve does not listen after {PATIENCE} s:\n{text}")
