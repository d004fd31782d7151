"""A process that has imported the service, and forks for each command: a program for its Python.

A line on standard input is a command, as JSON: ``module`` and ``arguments`` as for ``python -m``,
``environment`` and what it is ``without``, and ``output``, the file that it writes to. The answers are two lines: the pid of
the process that runs it, and, when that has ended, its exit code. Such a process is like any other
that runs the command, but for the second that it takes to import everything.
"""

import json
import os
import runpy
import sys
from typing import Any

import alembic.config  # noqa: F401
import rich.progress  # noqa: F401
import sqlalchemy.dialects.postgresql.asyncpg  # noqa: F401
import tenacity  # noqa: F401


def run(command: dict[str, Any]) -> None:
    """Be the process that runs *command*."""
    descriptor = os.open(command["output"], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.environ.update(command["environment"])
    for name in command["without"]:
        os.environ.pop(name, None)
    sys.argv = [command["module"], *command["arguments"]]
    try:
        runpy.run_module(command["module"], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        # Without the half second in which Python forgets all that was imported.
        sys.stdout.flush()
        os._exit(end.code if isinstance(end.code, int) else bool(end.code))


if __name__ == "__main__":
    __import__(f"{sys.argv[1]}.cli")
    while line := sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            run(json.loads(line))
            sys.exit()
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
