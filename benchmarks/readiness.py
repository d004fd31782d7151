"""``GET /health/ready`` with 1,000 revisions in the history, against a history of one.

Over a socket of the loopback, on the embedded server, one request after the other on one open
connection. Without the answer's cache (``READINESS_CACHE=0``) each asks the database; ``live`` is
what a request costs that asks nobody.
"""

import shutil
import sys
from contextlib import ExitStack

from _measure import Way, medians, scratch_folder
from long_history import write
from service import bake, copy, running_server
from serving import Serving, serving

REPEATS = 301
# The bar, in milliseconds: the median of /health/ready without the cache.
BAR = 5.0
SHORT, LONG = 1, 1_000


def way(to: Serving, path: str) -> Way:
    """Return a way that gets *path* once and wants 200."""

    def get() -> None:
        assert to.get(path)[0] == 200

    return get


def main() -> None:
    """Measure and report; end the process with 1 where the bar is missed."""
    with scratch_folder() as scratch, running_server() as server, ExitStack() as stack:
        baked = bake(scratch)
        ways: dict[str, Way] = {}
        asked = {}
        for count in (SHORT, LONG):
            database = stack.enter_context(server.database())
            service = copy(baked, scratch / str(count) / "service", server, database)
            shutil.rmtree(service.versions, ignore_errors=True)
            write(service.versions, count)
            service.alembic("stamp", "head")
            asking = stack.enter_context(serving(service, READINESS_CACHE="0"))
            keeping = stack.enter_context(serving(service, READINESS_CACHE="60"))
            asked[count] = f"ready, history of {count:,}"
            ways[f"live, history of {count:,}"] = way(asking, "/health/live")
            ways[asked[count]] = way(asking, "/health/ready")
            ways[f"ready, history of {count:,}, cached"] = way(keeping, "/health/ready")
        found = {name: seconds * 1000 for name, seconds in medians(ways, REPEATS).items()}
    for name, milliseconds in found.items():
        print(f"{name:<30}  {milliseconds:6.2f} ms")
    long, short, live = found[asked[LONG]], found[asked[SHORT]], found[f"live, history of {LONG:,}"]
    fits = long <= BAR
    print(f"ratio of 1,000 revisions to 1: {long / short:.2f}; of ready to live: {long / live:.1f}")
    verdict = "within" if fits else "ABOVE"
    print(f"{long:.2f} ms, {verdict} the bar of {BAR} ms (medians of {REPEATS})")
    sys.exit(0 if fits else 1)


if __name__ == "__main__":
    main()
