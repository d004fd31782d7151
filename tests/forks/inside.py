"""A process that forks for each command: a program for a service's Python.

A line on standard input is a command, as JSON: ``arguments`` as after ``python -m``, its folder
``cwd``, its whole environment ``env``, the files ``out`` and ``err`` that it writes. The answers
are two lines: the pid of the process that runs it, and, when that has ended, its exit code.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import random
import runpy
import sys
import threading
from typing import Any


def imported_by(package: str) -> list[str]:
    """Return the modules of others that the command line of *package* imports, in order."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        importlib.import_module(f"{package}.cli")
        os.write(writing, " ".join(sys.modules).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as names:
        found = names.read().split()
    os.wait()
    return [name for name in found if name.partition(".")[0] != package]


def run(command: dict[str, Any]) -> int:
    """Be the process that runs *command*; return its exit code."""
    writing = os.O_CREAT | os.O_WRONLY | os.O_APPEND
    files = [(os.devnull, os.O_RDONLY), (command["out"], writing), (command["err"], writing)]
    for descriptor, (name, how) in enumerate(files):
        os.dup2(os.open(name, how), descriptor)
    os.chdir(command["cwd"])
    os.environ.clear()
    os.environ.update(command["env"])
    sys.dont_write_bytecode = "PYTHONDONTWRITEBYTECODE" in os.environ
    sys.path[0:0] = [command["cwd"], *os.environ["PYTHONPATH"].split(os.pathsep)]
    sys.argv = command["arguments"]
    random.seed()
    try:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def end(code: int) -> None:
    """End this process with *code* as Python does, but for forgetting all that was imported."""
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    # This program's own folder is none that a command looks into.
    del sys.path[0]
    for name in imported_by(sys.argv[1]):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()
    while line := sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            end(run(json.loads(line)))
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
