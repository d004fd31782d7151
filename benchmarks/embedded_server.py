"""The service's embedded server, against the handling that comes with the wheel.

Whole processes that do nothing else: a first start, which makes the data; a later one; and one
that finds the server up. All but the last stop it at their end.
"""

import shutil
import sys
from collections.abc import Callable

from _measure import medians, scratch_folder
from embedded_server.commands import SESSION, Project, project

FIRST_REPEATS, REPEATS = 9, 31
OURS, WHEEL = "ours", "the wheel's"
BAR = 1.0


def compare(
    what: str, places: dict[str, Project], use: Callable[[Project], object], repeats: int
) -> bool:
    """Print how long both take and the ratio of the medians; tell whether it fits."""
    ways = {name: lambda place=place: use(place) for name, place in places.items()}
    found = medians(ways, repeats)
    ratio = found[OURS] / found[WHEEL]
    verdict = "within" if ratio <= BAR else "ABOVE"
    print(
        f"{what:<24} {found[OURS]:6.3f} s, {WHEEL} {found[WHEEL]:6.3f} s, ratio {ratio:.2f}, "
        f"{verdict} the bar of {BAR} (medians of {repeats})"
    )
    return ratio <= BAR


def first(place: Project) -> None:
    """Make the data anew."""
    shutil.rmtree(place.data, ignore_errors=True)
    later(place)


def later(place: Project) -> None:
    """Start the server, or find it."""
    place.run(what="only")


def main() -> None:
    """Measure and report."""
    with scratch_folder() as scratch, project() as ours, project() as wheel:
        # A copy, for its bytecode: the template must hold none.
        shutil.copytree(SESSION / "embedded", scratch / "embedded")
        ours.env = {"SESSION_FOLDER": str(scratch), "PYTHONDONTWRITEBYTECODE": ""}
        wheel.env = {**ours.env, "EMBEDDED_LIBRARY": "1"}
        places = {OURS: ours, WHEEL: wheel}
        fits = [
            compare("first start and stop", places, first, FIRST_REPEATS),
            compare("later start and stop", places, later, REPEATS),
        ]
        with ours.held(), wheel.held():
            fits.append(compare("the server is up", places, later, REPEATS))
    sys.exit(not all(fits))


if __name__ == "__main__":
    main()
