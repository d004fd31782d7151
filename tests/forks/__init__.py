"""A service's commands in processes that need not import its packages anew: 0.3 s of 0.45 each.

Thousands of them run here. A process in the service's interpreter has imported what its command
line imports of others, and nothing of its own; it forks for each command (``inside.py``). What is
started in the background, or is not the command line, is a new process as ever.
"""

import atexit
import json
import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

INSIDE = Path(__file__).with_name("inside.py")
# What Python itself reads when it starts; these two ``inside.py`` heeds.
HEEDED = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
Process = subprocess.Popen[bytes]
# Those that wait for a command, by the interpreter that they are.
_idle: dict[Path, list[Process]] = {}


def run(
    python: Path,
    package: str,
    arguments: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout: float,
) -> "subprocess.CompletedProcess[str]":
    """Run *python* with *arguments*, in a fork where they are a command line of the *package*."""
    ours = arguments[0] == "-m" and arguments[1] in ("alembic", package)
    if not ours or {name for name in env if name.startswith("PYTHON")} - HEEDED:
        return subprocess.run(
            [python, *arguments], cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout
        )
    waiting = _idle.setdefault(python, [])
    # A thread that comes while another's command runs gets one of its own.
    process = waiting.pop() if waiting else _start(python, package, env)
    with tempfile.TemporaryDirectory() as folder:
        out, err = (Path(folder, name) for name in ("out", "err"))
        order = {"arguments": arguments[1:], "cwd": str(cwd), "env": dict(env)}
        code = _wait(process, order | {"out": str(out), "err": str(err)}, timeout)
        waiting.append(process)
        texts = [file.read_text(encoding="utf-8") for file in (out, err)]
    return subprocess.CompletedProcess([python, *arguments], code, *texts)


@atexit.register
def end() -> None:
    """End those that wait for a command."""
    for process in (process for waiting in _idle.values() for process in waiting):
        process.communicate()


def _start(python: Path, package: str, env: Mapping[str, str]) -> Process:
    # The package is the one that is installed, as it came. The process ends with its input.
    env = {name: value for name, value in env.items() if not name.startswith("PYTHON")}
    command = [str(python), str(INSIDE), package]
    return subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )


def _wait(process: Process, order: Mapping[str, object], timeout: float) -> int:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(order).encode() + b"\n")
    pid = int(process.stdout.readline())
    if not select.select([process.stdout], [], [], timeout)[0]:
        os.kill(pid, signal.SIGKILL)
        process.kill()
        process.communicate()
        raise subprocess.TimeoutExpired(str(order["arguments"]), timeout)
    return int(process.stdout.readline())
