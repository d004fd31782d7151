"""``python tests/servers start|stop FOLDER [NAME…]``: the servers of ``known.py``, or those named.

Starting prints a line ``VARIABLE=URL`` for each, to be put in the surroundings of the tests.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from servers.known import SERVERS  # noqa: E402
from servers.running import Running  # noqa: E402
from servers.suite import Unusable, refuse_unusable  # noqa: E402


def main(what: str, home: Path, names: list[str]) -> int:
    """Do *what*; return the exit code."""
    unknown = sorted(set(names) - {known.name for known in SERVERS})
    if unknown or what not in ("start", "stop"):
        known = ", ".join(known.name for known in SERVERS)
        print(f"{', '.join(unknown) or what}: not known; start or stop {known}", file=sys.stderr)
        return 2
    try:
        refuse_unusable()
        if what == "start":
            home.mkdir(parents=True, exist_ok=True)
        for server in (
            Running(home, known) for known in SERVERS if known.name in names or not names
        ):
            if what == "stop":
                server.stop()
            else:
                server.start()
                print(f"{server.known.variable}={server.url}", flush=True)
    except Unusable as error:
        print(f"{error}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(str(__doc__))
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
